using System.Threading.Channels;
using Baton.Continuity.Scan;
using Microsoft.Extensions.ObjectPool;

namespace Baton.Processor.Analyze.Input;

/// <summary>
/// Reads the inputs one after another: one thread cuts them into blocks, others parse these, and they come out in order. Bounded: what is
/// not taken is not read ahead, so that memory does not grow with the input.
/// </summary>
internal sealed class InputReading(IReadOnlyList<InputFile> inputs, Stream standardInput, ScanPlan plan)
{
    // Two for each processor: one that is parsed, and one that waits to be taken.
    private static readonly int BlocksAhead = Math.Clamp(Environment.ProcessorCount * 2, 4, 32);

    private readonly ObjectPool<BlockParser> _parsers =
        new DefaultObjectPoolProvider { MaximumRetained = BlocksAhead * 2 }.Create(new ParserPolicy(plan));

    private BlockReader? _current;
    private long _doneBytes;

    /// <summary>Bytes of the files read so far. Any thread.</summary>
    public long BytesRead => Volatile.Read(ref _doneBytes) + (Volatile.Read(ref _current)?.BytesRead ?? 0);

    /// <summary>Bytes of all files; null where one has no known size.</summary>
    public long? TotalBytes { get; } = inputs.All(input => input.Bytes is not null) ? inputs.Sum(input => input.Bytes) : null;

    /// <summary>The blocks, parsed, in order; each is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<BlockParser> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var blocks = Channel.CreateBounded<Task<BlockParser>>(new BoundedChannelOptions(BlocksAhead) { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => ReadAllAsync(blocks.Writer, ended.Token), CancellationToken.None);
        try
        {
            await foreach (var parsing in blocks.Reader.ReadAllAsync(stop).ConfigureAwait(false))
            {
                var parsed = await parsing.ConfigureAwait(false);
                yield return parsed;
                _parsers.Return(parsed);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await reading.ConfigureAwait(false);
    }

    private async Task ReadAllAsync(ChannelWriter<Task<BlockParser>> blocks, CancellationToken stop)
    {
        try
        {
            foreach (var input in inputs)
                await ReadAsync(input, blocks, stop).ConfigureAwait(false);
            blocks.Complete();
        }
        catch (Exception e)
        {
            blocks.Complete(e);
            throw;
        }
    }

    private async Task ReadAsync(InputFile input, ChannelWriter<Task<BlockParser>> blocks, CancellationToken stop)
    {
        try
        {
            using var reader = BlockReader.Open(input, standardInput);
            Volatile.Write(ref _current, reader);
            while (reader.Next() is { } block)
                await blocks.WriteAsync(Task.Run(() => Parse(block), CancellationToken.None), stop).ConfigureAwait(false);
            Volatile.Write(ref _current, null);
            Volatile.Write(ref _doneBytes, _doneBytes + reader.BytesRead);
        }
        catch (InputException e)
        {
            var failed = _parsers.Get();
            failed.Failure = e.Message;
            await blocks.WriteAsync(Task.FromResult(failed), stop).ConfigureAwait(false);
        }
    }

    private BlockParser Parse(InputBlock block)
    {
        using (block)
        {
            var parser = _parsers.Get();
            parser.Parse(block);
            return parser;
        }
    }

    private sealed class ParserPolicy(ScanPlan plan) : PooledObjectPolicy<BlockParser>
    {
        public override BlockParser Create() => new(plan);

        public override bool Return(BlockParser obj)
        {
            obj.Clear();
            return true;
        }
    }
}
