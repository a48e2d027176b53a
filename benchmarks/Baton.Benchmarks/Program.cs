using System.Reflection;
using Baton.Benchmarks.Judge;
using BenchmarkDotNet.Running;

if (args is ["plain"]) PlainLoop.Run();
else BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
