using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;

[assembly: AssemblyFixture(typeof(BrokerFixture))]

namespace Baton.EndToEnd.Tests.Support;

/// <summary>One RabbitMQ for all tests of the assembly; each test has queues of its own.</summary>
public sealed class BrokerFixture : IAsyncLifetime
{
    public RabbitMqBroker Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await RabbitMqBroker.StartAsync();

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
