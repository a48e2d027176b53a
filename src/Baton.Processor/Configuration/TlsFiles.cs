using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Baton.Processor.Configuration.Binding;

namespace Baton.Processor.Configuration;

/// <summary>Reads PEM files, and says in a user's words what is wrong with one. Never shows their content.</summary>
internal static class TlsFiles
{
    /// <summary>A certificate with its key.</summary>
    /// <exception cref="CryptographicException">They are not one.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static X509Certificate2 ReadPair(string certFile, string keyFile) => X509Certificate2.CreateFromPemFile(certFile, keyFile);

    /// <summary>Every certificate of a file: the leaf and its chain, or a set of authorities.</summary>
    /// <exception cref="CryptographicException">The file holds none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static X509Certificate2Collection ReadAll(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("It holds no certificate.");
    }

    /// <summary>Records a certificate without its key, or the reverse.</summary>
    public static void CheckPair(BindingContext context, string path, string? certFile, string? keyFile)
    {
        if (certFile is not null && !context.IsGiven(KeyPath.Child(path, "key_file")))
            context.Fault(KeyPath.Child(path, "cert_file"), "has no key; add key_file");
        if (keyFile is not null && !context.IsGiven(KeyPath.Child(path, "cert_file")))
            context.Fault(KeyPath.Child(path, "key_file"), "has no certificate; add cert_file");
    }

    /// <summary>Records what is wrong with files that are named.</summary>
    public static void Check(BindingContext context, string path, string? certFile, string? keyFile, (string Key, string? File) authorities)
    {
        if (certFile is { Length: > 0 } && keyFile is { Length: > 0 })
        {
            // The key file first: what fails after it is the certificate, or that the two do not belong together.
            var key = Explain(() => File.ReadAllText(keyFile), keyFile, "a PEM file with a key");
            if (key is not null)
                context.Fault(KeyPath.Child(path, "key_file"), key);
            else if (Explain(() => ReadPair(certFile, keyFile).Dispose(), certFile, "a PEM file with a certificate that key_file is the key of") is { } pair)
                context.Fault(KeyPath.Child(path, "cert_file"), pair);
        }
        if (authorities.File is { Length: > 0 } file && Explain(() => ReadAll(file), file, "a PEM file with certificates") is { } fault)
            context.Fault(KeyPath.Child(path, authorities.Key), fault);
    }

    /// <summary>What is wrong with a file, in a user's words; null if it can be read.</summary>
    public static string? Explain(Action read, string file, string expected)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"there is no file {file}; name {expected}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file} cannot be read: {e.Message.TrimEnd('.')}. Name {expected} that this user may read";
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return $"{file} is not {expected}; correct the file, or name another";
        }
    }
}
