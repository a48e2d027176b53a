namespace Baton.Continuity.Scan;

/// <summary>The valid links of the span that is being scanned. One per scanner, overwritten from span to span.</summary>
/// <param name="max">Links kept of one span.</param>
internal sealed class SpanLinks(int max)
{
    private LinkTarget[] _targets = new LinkTarget[16];
    private ScannedValue[] _messageIds = new ScannedValue[16];

    public int Count { get; private set; }

    /// <summary>True if there were more than are kept.</summary>
    public bool IsCut { get; private set; }

    public ReadOnlySpan<LinkTarget> Targets => _targets.AsSpan(0, Count);

    /// <summary>The message id that stands on each link, or nothing.</summary>
    public ReadOnlySpan<ScannedValue> MessageIds => _messageIds.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        IsCut = false;
    }

    public void Add(LinkTarget target, in ScannedValue messageId)
    {
        if (Count == max)
        {
            IsCut = true;
            return;
        }
        if (Count == _targets.Length)
        {
            Array.Resize(ref _targets, Count * 2);
            Array.Resize(ref _messageIds, Count * 2);
        }
        _targets[Count] = target;
        _messageIds[Count++] = messageId;
    }
}
