namespace Baton.Fuzzing.Conditions;

/// <summary>Conditions to grow from: every part of the language, right and wrong.</summary>
internal static class ConditionSeeds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "true",
        "baton.synthesized",
        "not IsRootSpan()",
        "kind == SPAN_KIND_PRODUCER and attributes[\"messaging.system\"] == \"kafka\"",
        "span.kind == SPAN_KIND_CONSUMER or (status.code == STATUS_CODE_ERROR and not name != \"x\")",
        "resource.attributes[\"service.name\"] == \"billing\" and scope.name != nil",
        "IsMatch(name, \"^orders\\\\.[a-z]+$\") or IsMatch(attributes[\"k\"], \"\\\\.dlq$\")",
        "HasPrefix(span.name, \"produce.\") and HasSuffix(attributes[\"queue\"], \"\\x2edlq\\n\")",
        "attributes[\"n\"] >= 42 and attributes[\"n\"] < -1.5e3 or 1 <= attributes[\"m\"]",
        "attributes[\"b\"] == true == false",
        "nil != attributes[\"a\"]",
        "parent_span_id == \"abcdef0123456789\"",
        "IsRootSpan() == false and baton.synthesized != true",
        "attributes[\"\\u00e9\\U0001F600\\101\"] == \"\\t\\\"\\\\\"",
        "not not (not (true and (false or true)))",
        "((((((name == \"a\"))))))",
        "attribute[\"a\"] == 1",
        "span.kind == \"PRODUCER\"",
        "name = \"a\"",
        "name =~ \"a\"",
        "attributes[\"a\"",
        "\"a",
        "IsMatch(name, \"(\")",
        "IsMatch(name, \"(?=a)\")",
        "name == \"a\" AND true",
        "99999999999999999999 == 1",
        "1e5 == .5",
        "IsMatch(attributes[\"x\"], \"(a|b)*c{2,5}\\\\d\\\\b[^x-z]\") == true",
    ];
}
