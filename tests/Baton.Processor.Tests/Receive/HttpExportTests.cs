using System.Net;
using System.Text;
using Baton.Processor.Journal;
using Google.Protobuf;

namespace Baton.Processor.Tests.Receive;

public sealed class HttpExportTests
{
    [Theory]
    [InlineData("/v1/traces", EntryKind.Traces)]
    [InlineData("/v1/metrics", EntryKind.Metrics)]
    [InlineData("/v1/logs", EntryKind.Logs)]
    public async Task A_post_is_taken_as_it_came(string path, EntryKind kind)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.OfSpans(2).ToByteArray();

        var reply = await test.PostAsync(path, body);

        Assert.Equal((HttpStatusCode.OK, "application/x-protobuf", 0), (reply.Code, reply.ContentHeaders.ContentType?.MediaType, reply.Body.Length));
        var entry = Assert.Single(test.Appended);
        Assert.Equal((kind, PayloadEncoding.Identity), (entry.Kind, entry.Encoding));
        Assert.Equal(body, entry.Payload);
    }

    [Theory]
    [InlineData("gzip", PayloadEncoding.Gzip)]
    [InlineData("GZIP", PayloadEncoding.Gzip)]
    [InlineData("zstd", PayloadEncoding.Zstd)]
    public async Task A_compressed_body_is_kept_as_it_came(string encoding, PayloadEncoding stored)
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.Compress(OtlpRequest.OfSpans(2).ToByteArray(), stored);

        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", body, encoding)).Code);

        var entry = Assert.Single(test.Appended);
        Assert.Equal(stored, entry.Encoding);
        Assert.Equal(body, entry.Payload);
    }

    [Fact]
    public async Task A_body_without_announced_length_is_taken()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        var body = OtlpRequest.OfSpans(5000).ToByteArray();
        using var content = new SlowContent(body[..1000]);
        content.Headers.ContentType = new("application/x-protobuf");

        var posting = test.Http.PostAsync(new Uri("/v1/traces", UriKind.Relative), content, ReceiverUnderTest.Cancellation);
        content.Continue(body[1000..]);
        using var response = await posting;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(body, Assert.Single(test.Appended).Payload);
    }

    [Theory]
    [InlineData("application/x-protobuf; charset=utf-8")]
    [InlineData("Application/X-Protobuf")]
    public async Task Parameters_and_case_of_the_content_type_do_not_matter(string contentType)
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await test.PostAsync("/v1/traces", [], contentType: contentType)).Code);
    }

    [Fact]
    public async Task Another_content_type_is_415_with_a_status()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", [], contentType: "text/plain");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Code);
        Assert.Contains("application/x-protobuf", reply.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_encoding_is_415_and_the_known_ones_are_named()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/traces", [1], "br");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, reply.Code);
        Assert.Equal("gzip,zstd,identity", reply.Headers.NonValidated["Accept-Encoding"].ToString());
        Assert.NotEmpty(reply.Status.Message);
    }

    [Fact]
    public async Task Another_path_is_404_with_a_status()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        var reply = await test.PostAsync("/v1/trace", []);

        Assert.Equal(HttpStatusCode.NotFound, reply.Code);
        Assert.Contains("/v1/traces", reply.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_method_is_405_with_Allow_and_a_status()
    {
        await using var test = await ReceiverUnderTest.StartAsync();

        using var response = await test.Http.GetAsync(new Uri("/v1/traces", UriKind.Relative), ReceiverUnderTest.Cancellation);
        var reply = await HttpReply.ReadAsync(response);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.Code);
        Assert.Equal("POST", Assert.Single(reply.ContentHeaders.Allow));
        Assert.NotEmpty(reply.Status.Message);
    }

    [Fact]
    public async Task A_full_journal_is_503_with_Retry_After()
    {
        await using var test = await ReceiverUnderTest.StartAsync();
        test.Answer = () => Task.FromResult(AppendStatus.Full);

        var reply = await test.PostAsync("/v1/traces", OtlpRequest.OfSpans(2).ToByteArray());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.Code);
        Assert.True(reply.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Equal((int)Grpc.Core.StatusCode.Unavailable, reply.Status.Code);
        Assert.Equal(1, test.Metrics.ReceiverRefusedRequests.With("http", "journal_full").Value);
    }
}
