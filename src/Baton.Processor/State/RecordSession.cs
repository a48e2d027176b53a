using System.Buffers;
using System.Runtime.CompilerServices;
using Baton.Continuity.Join;
using FASTER.core;

namespace Baton.Processor.State;

/// <summary>
/// Records of one store, and values that are made of several. One thread at a time.
/// Reads that have to go to disk go on beside each other; nothing is written before all of them are complete: they are not ordered against what follows, and deleted keys would come back.
/// </summary>
internal sealed class RecordSession : IDisposable
{
    private const int MostPending = 256;

    private readonly StateLogDevice _device;
    private readonly ClientSession<RecordKey, StateRecord, Empty, StateRecord, int, StateFunctions> _session;
    private readonly UnsafeContext<RecordKey, StateRecord, Empty, StateRecord, int, StateFunctions> _operations;
    private RecordRead _completed = static (int _, in RecordKey _, bool _, ref StateRecord _) => { };
    private byte[] _assembly = [];
    private bool _isWhole;
    private int _pending;

    public RecordSession(FasterKV<RecordKey, StateRecord> store, StateLogDevice device)
    {
        _device = device;
        _session = store.For(new StateFunctions((int place, in RecordKey key, bool found, ref StateRecord record) => _completed(place, key, found, ref record))).NewSession<StateFunctions>();
        _operations = _session.UnsafeContext;
    }

    /// <summary>
    /// Begins a series of operations, until what is returned is disposed: the store lets the session in once for all of them, and not for each. Reads are told to <paramref name="completed"/>, at once or in
    /// <see cref="Complete"/>. One series at a time; inside it nothing else is asked of the store.
    /// </summary>
    public Series Begin(RecordRead completed)
    {
        _completed = completed;
        return new Series(_operations);
    }

    /// <summary>Begins a series of writes.</summary>
    public Series Begin() => new(_operations);

    /// <summary>Reads a record, within a series.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="place">Which of the series' reads this is.</param>
    public void Read(RecordKey key, int place)
    {
        Unsafe.SkipInit(out StateRecord record);
        var status = _operations.Read(ref key, ref record, place);
        if (!status.IsPending) _completed(place, key, status.Found, ref record);
        else if (++_pending >= MostPending) Complete();
    }

    /// <summary>Waits until all reads of the series are complete.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public void Complete()
    {
        while (!_operations.CompletePending(wait: false))
        {
            if (_device.Fault is { } fault) throw new IOException(fault.Message, fault);
            Thread.Yield();
        }
        _pending = 0;
    }

    /// <summary>A value of several records, valid until the next; empty if one of them is missing or damaged.</summary>
    public ReadOnlySpan<byte> ReadValue(StateKey key, int length)
    {
        if (_assembly.Length < length)
        {
            if (_assembly.Length > 0) ArrayPool<byte>.Shared.Return(_assembly);
            _assembly = ArrayPool<byte>.Shared.Rent(length);
        }
        _isWhole = true;
        using var series = Begin((int part, in RecordKey read, bool found, ref StateRecord record) =>
        {
            if (found && record.Length == length && record.IsIntact(read)) record.ContentOf((uint)part).CopyTo(_assembly.AsSpan(part * StateRecord.Capacity));
            else _isWhole = false;
        });
        for (var part = 0; part < StateRecord.PartsOf(length); part++) Read(new RecordKey(key, (uint)part), part);
        Complete();
        return _isWhole ? _assembly.AsSpan(0, length) : default;
    }

    /// <summary>Stores a value in place of another, within a series; an empty one removes it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="oldLength">Bytes of the value that is there; 0 for none.</param>
    /// <param name="value">The new value.</param>
    public void Replace(StateKey key, int oldLength, ReadOnlySpan<byte> value)
    {
        var parts = StateRecord.PartsOf(value.Length);
        for (var part = 0u; part < parts; part++)
        {
            var recordKey = new RecordKey(key, part);
            StateRecord.Write(recordKey, value, out var record);
            if (_operations.Upsert(ref recordKey, ref record).IsPending) Complete();
        }
        for (var part = parts; part < StateRecord.PartsOf(oldLength); part++) Delete(new RecordKey(key, part));
    }

    /// <summary>Removes a record, within a series.</summary>
    public void Delete(RecordKey key)
    {
        if (_operations.Delete(ref key).IsPending) Complete();
    }

    /// <summary>Takes the session on to the store's present version.</summary>
    public void Refresh() => _session.Refresh();

    /// <inheritdoc/>
    public void Dispose()
    {
        // After a fault there are reads that never end, and the session would wait for them.
        if (_device.Fault is null) _session.Dispose();
        if (_assembly.Length > 0) ArrayPool<byte>.Shared.Return(_assembly);
        _assembly = [];
    }

    /// <summary>Operations that follow each other, on one thread.</summary>
    public readonly ref struct Series
    {
        private readonly UnsafeContext<RecordKey, StateRecord, Empty, StateRecord, int, StateFunctions> _operations;

        internal Series(UnsafeContext<RecordKey, StateRecord, Empty, StateRecord, int, StateFunctions> operations)
        {
            _operations = operations;
            operations.BeginUnsafe();
        }

        /// <summary>Ends the series.</summary>
        public void Dispose() => _operations.EndUnsafe();
    }
}
