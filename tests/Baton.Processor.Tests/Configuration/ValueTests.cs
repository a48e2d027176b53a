using Baton.Processor.Configuration;
using CsCheck;

namespace Baton.Processor.Tests.Configuration;

/// <summary>How single values are written.</summary>
public sealed class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 0.5)]
    [InlineData("10s", 10)]
    [InlineData("13m30s", 810)]
    [InlineData("1.5h", 5400)]
    [InlineData("1h2m3s4ms5us", 3723.004005)]
    [InlineData("100ns", 0.0000001)]
    [InlineData("2\u00b5s", 0.000002)]
    [InlineData("3\u03bcs", 0.000003)]
    public void Durations_are_Gos(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds, 1e-9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("-1s")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("1s2")]
    [InlineData("1.2.3s")]
    [InlineData("99999999999h")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Fact]
    public void A_duration_reads_back_as_it_was_written() => Gen.Long[0, TimeSpan.MaxValue.Ticks / 100].Sample(ticks =>
    {
        Assert.True(GoDuration.TryParse(GoDuration.Format(new TimeSpan(ticks)), out var duration));
        Assert.Equal(ticks, duration.Ticks);
    });

    [Theory]
    [InlineData("0", 0L)]
    [InlineData("4096", 4096L)]
    [InlineData("512B", 512L)]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("64 mib", 64L << 20)]
    [InlineData("1.5GiB", 3L << 29)]
    [InlineData("1TiB", 1L << 40)]
    public void Sizes_are_binary_units_or_plain_integers(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("64MB")]
    [InlineData("MiB")]
    [InlineData("0.5B")]
    [InlineData("9999999999TiB")]
    [InlineData("79228162514264337593543950336")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Fact]
    public void A_size_reads_back_as_it_was_written() => Gen.Long[0, long.MaxValue].Sample(bytes =>
    {
        Assert.True(ByteSize.TryParse(new ByteSize(bytes).ToString(), out var size));
        Assert.Equal(bytes, size.Bytes);
    });

    [Theory]
    [InlineData("127.0.0.1:4317", "127.0.0.1", 4317)]
    [InlineData(":4317", "", 4317)]
    [InlineData("localhost:0", "localhost", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("my-host.example.com:1", "my-host.example.com", 1)]
    public void Endpoints_to_listen_on_are_host_and_port(string text, string host, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out var address));
        Assert.Equal(new ListenAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("4317")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:65536")]
    [InlineData("::1:4317")]
    [InlineData("[localhost]:4317")]
    [InlineData("http://localhost:4317")]
    [InlineData("local host:4317")]
    public void What_is_no_endpoint_is_refused(string text) => Assert.False(ListenAddress.TryParse(text, out _));

    [Theory]
    [InlineData("tempo:4317", false, "https://tempo:4317/")]
    [InlineData("tempo:4317", true, "http://tempo:4317/")]
    [InlineData("http://tempo:4317", false, "http://tempo:4317/")]
    [InlineData("https://tempo", true, "https://tempo:443/")]
    [InlineData("HTTPS://tempo:4317/", true, "https://tempo:4317/")]
    [InlineData("[::1]:4317", true, "http://[::1]:4317/")]
    [InlineData("http://[::1]", true, "http://[::1]:80/")]
    public void A_scheme_decides_on_TLS_before_the_option_does(string text, bool insecure, string expected)
    {
        Assert.True(TargetAddress.TryParse(text, out var target));
        Assert.Equal(new Uri(expected), target.ToUri(insecure));
    }

    [Fact]
    public void A_secret_shows_itself_to_nobody_by_accident()
    {
        var secret = new Secret("s3cret");

        Assert.Equal("***", $"{secret}");
        Assert.Equal("s3cret", secret.Reveal());
    }
}
