using Baton.Continuity.Conditions;
namespace Baton.Continuity.Tests.Conditions;
public class ConditionSmoke
{
    [Theory]
    [InlineData("span.name == \"produce.render_job\"")]
    [InlineData("IsMatch(span.attributes[\"messaging.destination.name\"], \"\\\\.dlq$\")")]
    [InlineData("not (kind == SPAN_KIND_PRODUCER and status.code != STATUS_CODE_ERROR) or baton.synthesized")]
    public void Parses(string text) => Assert.Null(Condition.Parse(text).Fault);
}
