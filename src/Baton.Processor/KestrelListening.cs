using System.Net;
using System.Net.Sockets;
using Baton.Processor.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Baton.Processor;

/// <summary>Binds a configured <see cref="ListenAddress"/>, the same way for the data's ports and for the admin port.</summary>
internal static class KestrelListening
{
    /// <summary>Listens on every address that the endpoint stands for.</summary>
    /// <param name="kestrel">The server being configured.</param>
    /// <param name="endpoint">Where to listen.</param>
    /// <param name="key">The option it comes from, for messages.</param>
    /// <param name="configure">Protocols, TLS.</param>
    /// <exception cref="StartupException">The host's name does not resolve.</exception>
    public static void ListenOn(this KestrelServerOptions kestrel, ListenAddress endpoint, string key, Action<ListenOptions> configure)
    {
        if (endpoint.Host.Length == 0)
            kestrel.ListenAnyIP(endpoint.Port, configure);
        else if (IPAddress.TryParse(endpoint.Host, out var address))
            kestrel.Listen(address, endpoint.Port, configure);
        else if (endpoint.Host == "localhost" && endpoint.Port != 0)
            kestrel.ListenLocalhost(endpoint.Port, configure); // Both loopbacks, or the one the machine has.
        else
            kestrel.Listen(Resolve(endpoint, key), endpoint.Port, configure);
    }

    /// <summary>What to tell the operator when the server could not bind.</summary>
    public static StartupException CannotListen(ListenAddress endpoint, string key, Exception cause) => new(
        $"{key}: cannot listen on {endpoint}: {cause.GetBaseException().Message}. Free the address, or configure another one.", cause);

    // The first address is taken, as every other server does with a host name; whoever wants all of them leaves the host empty.
    private static IPAddress Resolve(ListenAddress endpoint, string key)
    {
        try
        {
            return Dns.GetHostAddresses(endpoint.Host)[0];
        }
        catch (SocketException e)
        {
            throw new StartupException(
                $"{key}: \"{endpoint.Host}\" does not resolve to an address of this machine: {e.Message}. Write an address, or correct the name.", e);
        }
    }
}
