using FASTER.core;

namespace Baton.Processor.State;

/// <summary>What FASTER calls for each operation. Reads copy the record out; what had to be read from disk arrives through <paramref name="completed"/>.</summary>
internal sealed class StateFunctions(RecordRead completed) : FunctionsBase<RecordKey, StateRecord, Empty, StateRecord, int>
{
    /// <inheritdoc/>
    public override bool SingleReader(ref RecordKey key, ref Empty input, ref StateRecord value, ref StateRecord dst, ref ReadInfo readInfo)
    {
        dst = value;
        return true;
    }

    /// <inheritdoc/>
    public override bool ConcurrentReader(ref RecordKey key, ref Empty input, ref StateRecord value, ref StateRecord dst, ref ReadInfo readInfo)
    {
        dst = value;
        return true;
    }

    /// <inheritdoc/>
    public override void ReadCompletionCallback(ref RecordKey key, ref Empty input, ref StateRecord output, int ctx, Status status, RecordMetadata recordMetadata) =>
        completed(ctx, key, status.Found, ref output);
}

/// <summary>Receives the outcome of a read.</summary>
/// <param name="place">What the caller gave the read: which of its reads this is.</param>
/// <param name="key">The record's key.</param>
/// <param name="found">False where there is none.</param>
/// <param name="record">The record, if found.</param>
internal delegate void RecordRead(int place, in RecordKey key, bool found, ref StateRecord record);
