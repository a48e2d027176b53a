using System.Text;

namespace Baton.Fuzzing.Json;

/// <summary>Small requests in JSON, each odd in a way of its own; and one of each signal that has every kind of value.</summary>
internal static class JsonSeeds
{
    private static readonly string[] Texts =
    [
        "{}",
        """{"resourceSpans":[]}""",
        """{"resourceSpans":null}""",
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090A0b0c0d0e0f10","spanId":"0102030405060708","kind":4,"startTimeUnixNano":"1700000000000000000","endTimeUnixNano":1700000000,"status":{"code":"STATUS_CODE_ERROR"}}]}]}]}""",
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":{"stringValue":"\u00e9\ud83d\ude00\n"}},{"key":"i","value":{"intValue":"-5"}},{"key":"d","value":{"doubleValue":1.5e3}},{"key":"n","value":{"doubleValue":"NaN"}},{"key":"b","value":{"bytesValue":"AAEC"}},{"key":"t","value":{"boolValue":false}}]}}]}""",
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":1},{"kvlistValue":{"values":[{"key":"x","value":{}}]}}]}}}]}}]}""",
        """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"AQID","spanId":"xyz"}]}]}]}""",
        """{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"s","version":"1","droppedAttributesCount":1e1},"spans":[{"traceId":"","links":[{"traceId":"01","flags":256}],"events":[{"timeUnixNano":"1.0","name":"exception"}]}]}]}]}""",
        """{"resourceSpans":[{"unknown":{"a":[1,2,{"b":null}]},"resource":{"droppedAttributesCount":4294967296}}]}""",
        """{"resourceSpans":[{"schemaUrl":"\ud800"}]}""",
        """{"resourceSpans":[{"schemaUrl":"a","schemaUrl":"b","schema_url":"c"}]}""",
        """{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":{"intValue":1,"stringValue":"2"}}]}}]} x""",
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"3","timeUnixNano":"5","exemplars":[{"asDouble":1,"traceId":"01","spanId":"02"}]}]}},{"name":"h","histogram":{"dataPoints":[{"count":"2","sum":1.5,"bucketCounts":["1","1"],"explicitBounds":[0.5]}]}},{"exponentialHistogram":{"dataPoints":[{"scale":-1,"positive":{"offset":-2,"bucketCounts":["1"]}}]}},{"summary":{"dataPoints":[{"quantileValues":[{"quantile":0.5,"value":"Infinity"}]}]}}]}]}]}""",
        """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":9,"body":{"stringValue":"x"},"traceId":"01","flags":1,"eventName":"e"}]}]}]}""",
        "{\n  \"resourceSpans\" : [ {\n \"resource\" : 5 } ] }",
        "{\"resourceSpans\":[{\"schemaUrl\":\"\u00ff\"}]}",
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<byte[]> All => Texts.Select(Encoding.UTF8.GetBytes);
}
