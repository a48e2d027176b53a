namespace Baton.Load.Wire;

/// <summary>What the rig needs to know of OTLP messages, read without decoding a span.</summary>
internal static class OtlpCounts
{
    /// <summary>
    /// Counts the spans of an ExportTraceServiceRequest by stepping over them: resource_spans (1), scope_spans (2), spans (2).
    /// Returns -1 where the envelope cannot be walked. What is inside a span is not looked at.
    /// </summary>
    public static int Spans(ReadOnlySpan<byte> request)
    {
        int spans = 0;
        var resources = new ProtoCursor(request);
        while (resources.Next())
        {
            if (resources.Field != 1) continue;
            var scopes = new ProtoCursor(resources.Payload);
            while (scopes.Next())
            {
                if (scopes.Field != 2) continue;
                var fields = new ProtoCursor(scopes.Payload);
                while (fields.Next())
                {
                    if (fields.Field == 2) spans++;
                }

                if (fields.Malformed) return -1;
            }

            if (scopes.Malformed) return -1;
        }

        return resources.Malformed ? -1 : spans;
    }

    /// <summary>partial_success (1) . rejected_spans (1) of an ExportTraceServiceResponse; 0 where all was taken.</summary>
    public static long Rejected(ReadOnlySpan<byte> response)
    {
        var answer = new ProtoCursor(response);
        while (answer.Next())
        {
            if (answer.Field != 1) continue;
            var partial = new ProtoCursor(answer.Payload);
            while (partial.Next())
            {
                if (partial.Field == 1) return (long)partial.Number;
            }
        }

        return 0;
    }
}
