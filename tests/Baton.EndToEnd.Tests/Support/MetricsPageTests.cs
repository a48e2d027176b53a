using Baton.Testing;

namespace Baton.EndToEnd.Tests.Support;

public sealed class MetricsPageTests
{
    private static readonly MetricsPage Page = new("""
        # HELP jobs_total How many.
        # TYPE jobs_total counter
        jobs_total{relay="a",match="link"} 2
        jobs_total{relay="a",match="par}ent"} 3
        jobs_total{relay="say \"b\"",match="link"} 5 # {trace_id="ab"} 1
        seconds_bucket{le="+Inf"} +Inf
        plain 1.5e-3
        """);

    [Fact]
    public void SumAddsTheSamplesThatHaveTheLabels()
    {
        Assert.Equal(10, Page.Sum("jobs_total"));
        Assert.Equal(5, Page.Sum("jobs_total", ("relay", "a")));
        Assert.Equal(3, Page.Sum("jobs_total", ("match", "par}ent")));
        Assert.Equal(5, Page.Sum("jobs_total", ("match", "link"), ("relay", "say \"b\"")));
        Assert.Equal(0, Page.Sum("jobs_total", ("relay", "c")));
    }

    [Fact]
    public void ValuesAreReadAsPrometheusWritesThem()
    {
        Assert.Equal(0.0015, Page.Sum("plain"));
        Assert.Equal(double.PositiveInfinity, Page.Sum("seconds_bucket", ("le", "+Inf")));
    }
}
