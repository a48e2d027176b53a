namespace Baton.Processor.Telemetry.Push;

/// <summary>
/// One line of an OpenMetrics page: <c>name{label="value",…} number # {trace_id="…"} number seconds</c>, with labels and exemplar where
/// there are any.
/// </summary>
internal ref struct SampleLine(string line)
{
    private int _at;

    /// <summary>What it says.</summary>
    /// <exception cref="FormatException">It does not read so.</exception>
    public Sample Read()
    {
        var name = Until('{', ' ');
        var labels = Labels();
        Skip(' ');
        var value = Scrape.Number(Until(' '));
        return new Sample(name, labels, value, Exemplar());
    }

    private SampleExemplar? Exemplar()
    {
        if (_at >= line.Length) return null;
        Skip(' ');
        Skip('#');
        Skip(' ');
        var labels = Labels();
        Skip(' ');
        var value = Scrape.Number(Until(' '));
        Skip(' ');
        return new SampleExemplar(labels.FirstOrDefault(label => label.Name == "trace_id").Value ?? "", value, Scrape.Number(Until(' ')));
    }

    private List<(string Name, string Value)> Labels()
    {
        var labels = new List<(string, string)>();
        if (_at >= line.Length || line[_at] != '{') return labels;
        for (_at++; line[_at] != '}'; _at += line[_at] == ',' ? 1 : 0)
        {
            var name = Until('=');
            Skip('=');
            Skip('"');
            labels.Add((name, Quoted()));
        }
        _at++;
        return labels;
    }

    private string Quoted()
    {
        var start = _at;
        while (line[_at] != '"') _at += line[_at] == '\\' ? 2 : 1;
        return Scrape.Unescape(line[start.._at++]);
    }

    private string Until(char end, char or = '\0')
    {
        var start = _at;
        while (_at < line.Length && line[_at] != end && line[_at] != or) _at++;
        return line[start.._at];
    }

    private void Skip(char expected)
    {
        if (_at >= line.Length || line[_at] != expected) throw new FormatException($"'{expected}' expected at column {_at + 1} of: {line}");
        _at++;
    }
}
