using Baton.Testing.Engine;
using static Baton.Testing.Engine.SpanSpec;

namespace Baton.Continuity.Tests.Stories;

/// <summary>Over several shards no trace of a story stays in memory: what is not written back when it is put away, is lost.</summary>
public class PutAwayTests
{
    [Fact]
    public void That_a_send_stands_for_what_it_links_to()
    {
        var create = Producer("create", 0, 0.1).As("create").With("messaging.operation.type", "create");
        var send = Producer("send", 0.2, 0.3).As("send").LinkedTo("t1/create").With("messaging.operation.type", "send");
        var story = new Story(Relays.Of(Relays.Queue), 3).Arrive(1, create).Arrive(2, send).Arrive(4, Consumer("process", 2, 3).As("c").Under("send")).Run(100, 1);
        Assert.Equal((1, 1), (story.Observer.Count("joined queue parent"), story.Observer.Count("completed queue in_time")));
        Assert.Empty(story.Synthesized);
    }
}
