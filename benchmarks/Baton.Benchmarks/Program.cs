using Baton.Benchmarks.Scan;
using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(ScanBenchmarks).Assembly).Run(args);
