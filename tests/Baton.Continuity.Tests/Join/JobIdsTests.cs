using System.Runtime.InteropServices;
using Baton.Continuity.Join;
using Baton.Continuity.Scan;

namespace Baton.Continuity.Tests.Join;

/// <summary>The job ids of a span, each at the place of its key; of a handoff's, some are in use.</summary>
public class JobIdsTests
{
    [Fact]
    public void Those_of_some_places_are_put_into_use_and_no_others()
    {
        var texts = Of((0, 5), (3, 6), (63, 7));
        Assert.Equal("0 3 63", Walk(texts));
        JobIds.Use(texts, 1UL << 63 | 1UL << 3 | 1UL << 5);
        Assert.Equal("0 3+ 63+", Walk(texts));
        JobIds.Use(texts, 1);
        Assert.Equal("0+ 3 63", Walk(texts));
        JobIds.Use(texts, 0);
        Assert.Equal("0 3 63", Walk(texts));
    }

    [Fact]
    public void One_is_found_by_its_place_whether_in_use_or_not()
    {
        var texts = Of((0, 5), (3, 6), (4, 7));
        JobIds.Use(texts, 1UL << 3 | 1UL << 4);
        var ids = new JobIds(texts);
        Assert.True(ids.MoveTo(3));
        Assert.Equal((new TraceId(0, 6), "6"), (ids.Key, System.Text.Encoding.UTF8.GetString(ids.Text)));
        Assert.True(ids.MoveNextInUse());
        Assert.Equal(4, ids.Place);
        Assert.False(ids.MoveNextInUse());
        Assert.False(new JobIds(texts).MoveTo(5));
    }

    [Theory]
    [InlineData(0b1, false)]
    [InlineData(0b10, true)]
    [InlineData(0b11, false)]
    [InlineData(0b110, true)]
    [InlineData(0b1100, false)]
    [InlineData(0, false)]
    public void Two_spans_are_of_different_jobs_by_the_first_place_at_which_both_say_which(ulong places, bool differ)
    {
        byte[] one = Of((0, 5), (1, 6), (2, 7)), other = Of((0, 5), (1, 8), (3, 7));
        Assert.Equal((differ, differ), (JobIds.Differ(one, other, places), JobIds.Differ(other, one, places)));
    }

    private static string Walk(byte[] texts)
    {
        var found = new List<string>();
        var ids = new JobIds(texts);
        while (ids.MoveNext())
        {
            found.Add($"{ids.Place}{(ids.InUse ? "+" : "")}");
        }
        return string.Join(' ', found);
    }

    private static byte[] Of(params (ushort Place, byte Key)[] ids) =>
    [
        .. ids.SelectMany(id => (byte[])
            [.. MemoryMarshal.AsBytes([new EventText(TextKind.JobId, id.Place, 17)]), .. new byte[15], id.Key, (byte)('0' + id.Key)]),
    ];
}
