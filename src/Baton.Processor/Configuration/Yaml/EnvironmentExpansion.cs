using System.Text;

namespace Baton.Processor.Configuration.Yaml;

/// <summary>
/// Expands <c>${env:NAME}</c> and <c>${env:NAME:-default}</c> in a value, by the Collector's rules: <c>$$</c> is a dollar sign, a dollar
/// sign before anything but <c>{</c> is itself, and what was expanded is not expanded again. It works on values after YAML was parsed, so
/// a variable can change a value but never the structure of the file.
/// </summary>
internal static class EnvironmentExpansion
{
    /// <summary>Expands <paramref name="text"/>, or says where in it (from 0) and why that is not possible.</summary>
    public static string Expand(string text, Func<string, string?> environment, Action<int, string> fault)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (text[i] != '$' || next is not ('$' or '{'))
            {
                result.Append(text[i]);
            }
            else if (next == '$')
            {
                result.Append('$');
                i++;
            }
            else
            {
                var close = text.IndexOf('}', i);
                if (close < 0)
                {
                    fault(i, "\"${\" has no closing \"}\"; write ${env:NAME}, or $$ for a dollar sign");
                    return text;
                }
                result.Append(Value(text[(i + 2)..close], i, environment, fault));
                i = close;
            }
        }
        return result.ToString();
    }

    private static string Value(string reference, int at, Func<string, string?> environment, Action<int, string> fault)
    {
        const string Scheme = "env:";
        if (!reference.StartsWith(Scheme, StringComparison.Ordinal))
        {
            // What is no name may be part of a secret, and is not repeated.
            var name = IsName(reference) ? reference : "NAME";
            fault(at, $"only environment variables are expanded: write ${{env:{name}}}, or $$ for a dollar sign");
            return "";
        }

        var rest = reference[Scheme.Length..];
        var separator = rest.IndexOf(":-", StringComparison.Ordinal);
        var variable = separator < 0 ? rest : rest[..separator];
        if (!IsName(variable))
        {
            fault(at, "what follows \"env:\" is not the name of an environment variable; letters, digits and _ make one, e.g. ${env:TOKEN}");
            return "";
        }
        // As in the Collector, and unlike a shell, a variable that is set and empty is a value.
        var value = environment(variable);
        if (value is null && separator >= 0)
            return rest[(separator + 2)..];
        if (value is null)
            fault(at, $"the environment variable {variable} is not set; set it, or give a default: ${{env:{variable}:-default}}");
        return value ?? "";
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
