using Baton.Processor.Configuration;
using Baton.Processor.Configuration.Options;
using Baton.Processor.Receive;

namespace Baton.Processor.Tests.Receive;

public sealed class ReceiverSettingsTests
{
    [Fact]
    public void Only_the_protocols_of_the_configuration_are_listened_for_with_their_limits()
    {
        var http = new HttpReceiverOptions { Endpoint = new ListenAddress("127.0.0.1", 1), MaxRequestBodySize = ByteSize.MiB(3) };
        var grpc = new GrpcReceiverOptions { Endpoint = new ListenAddress("127.0.0.1", 2), MaxRecvMsgSizeMib = 5 };

        var both = ReceiverSettings.From(new OtlpReceiverOptions { Protocols = new OtlpProtocolsOptions { Grpc = grpc, Http = http } });
        var one = ReceiverSettings.From(new OtlpReceiverOptions { Protocols = new OtlpProtocolsOptions { Http = http } });

        Assert.Equal((grpc.Endpoint, http.Endpoint), (both.Grpc, both.Http));
        Assert.Equal((5 << 20, 3 << 20), (both.GrpcMaxMessageBytes, both.HttpMaxBodyBytes));
        Assert.Equal((null, http.Endpoint), (one.Grpc, one.Http));
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(64, 256)]
    [InlineData(65, 512)]
    [InlineData(512, 2048)]
    public void A_request_of_the_largest_size_always_fits_into_memory(int mebibytes, int inFlight) =>
        Assert.Equal((long)inFlight << 20, new ReceiverSettings { GrpcMaxMessageBytes = mebibytes << 20 }.MaxInFlightBytes);
}
