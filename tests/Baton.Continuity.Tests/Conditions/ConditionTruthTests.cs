using static Baton.Continuity.Tests.Conditions.ConditionHarness;

namespace Baton.Continuity.Tests.Conditions;

public class ConditionTruthTests
{
    [Theory]
    [InlineData("""span.name == "produce.render_job" """, true)]
    [InlineData("""name == "produce.render_job" """, true)]
    [InlineData("""name == "produce" """, false)]
    [InlineData("""name != "produce" """, true)]
    [InlineData("""scope.name == "Shop.Billing" """, true)]
    [InlineData("""resource.attributes["service.name"] == "billing" """, true)]
    [InlineData("""resource.attributes["replicas"] >= 3""", true)]
    [InlineData("""span.kind == SPAN_KIND_PRODUCER""", true)]
    [InlineData("""kind == 4""", true)]
    [InlineData("""kind == SPAN_KIND_CONSUMER or kind == SPAN_KIND_CLIENT or kind == SPAN_KIND_SERVER""", false)]
    [InlineData("""kind > SPAN_KIND_INTERNAL and kind != SPAN_KIND_UNSPECIFIED""", true)]
    [InlineData("""span.status.code == STATUS_CODE_ERROR""", true)]
    [InlineData("""status.code != STATUS_CODE_OK and status.code != STATUS_CODE_UNSET""", true)]
    [InlineData("""span.parent_span_id == "abcdef0123456789" """, true)]
    [InlineData("""parent_span_id == "ABCDEF0123456789" """, true)]
    [InlineData(""" "abcdef0123456789" == parent_span_id""", true)]
    [InlineData("""parent_span_id != nil""", true)]
    [InlineData("""parent_span_id == nil""", false)]
    [InlineData("""IsMatch(parent_span_id, "^abc")""", true)]
    [InlineData("""span.attributes["text"] == "orders.dlq" """, true)]
    [InlineData("""attributes["text"] == "orders.dlq" """, true)]
    [InlineData("""attributes["text"] == attributes["text"] and attributes["text"] != attributes["empty"]""", true)]
    [InlineData("""attributes["twice"] == "first" """, true)]
    [InlineData("""baton.synthesized""", false)]
    [InlineData("""not baton.synthesized and baton.synthesized == false""", true)]
    public void A_path_has_the_spans_value(string condition, bool expected) => Assert.Equal(expected, Matches(condition));

    [Theory]
    [InlineData("""attributes["absent"] == "x" """)]
    [InlineData("""attributes["absent"] != "x" """)]
    [InlineData("""attributes["absent"] < 1""")]
    [InlineData("""attributes["absent"] >= 1""")]
    [InlineData("""attributes["absent"] == attributes["missing"]""")]
    [InlineData("""attributes["absent"] != nil""")]
    [InlineData("""attributes["text"] == nil""")]
    [InlineData("""attributes["empty"] == nil""")]
    [InlineData("""attributes["list"] == nil""")]
    [InlineData("""attributes["text"] < nil""")]
    [InlineData("""attributes["absent"] > nil""")]
    [InlineData("""attributes["absent"] == true or attributes["absent"] == false""")]
    [InlineData("""IsMatch(attributes["absent"], "")""")]
    [InlineData("""HasPrefix(attributes["absent"], "")""")]
    [InlineData("""HasSuffix(attributes["absent"], "")""")]
    [InlineData("""name == nil""")]
    public void What_is_absent_meets_no_comparison_but_the_one_with_nil(string condition) => Assert.False(Matches(condition));

    [Theory]
    [InlineData("""attributes["absent"] == nil""")]
    [InlineData("""nil == attributes["absent"]""")]
    [InlineData("""attributes["absent"] <= nil and attributes["absent"] >= nil""")]
    [InlineData("""attributes["valueless"] == nil""")]
    [InlineData("""attributes["text"] != nil""")]
    [InlineData("""attributes["list"] != nil and attributes["bytes"] != nil""")]
    [InlineData("""nil == nil""")]
    public void Nil_asks_for_absence(string condition) => Assert.True(Matches(condition));

    [Theory]
    [InlineData("""attributes["int"] == "42" """)]
    [InlineData("""attributes["int"] != "42" """)]
    [InlineData("""attributes["text"] > 1""")]
    [InlineData("""attributes["text"] != 1""")]
    [InlineData("""attributes["yes"] == 1""")]
    [InlineData("""attributes["yes"] == "true" """)]
    [InlineData("""attributes["list"] == "x" """)]
    [InlineData("""attributes["list"] != "x" """)]
    [InlineData("""attributes["bytes"] == "x" """)]
    [InlineData("""attributes["list"] == attributes["list"]""")]
    public void Values_of_different_types_meet_no_comparison(string condition) => Assert.False(Matches(condition));

    [Theory]
    [InlineData("""attributes["int"] == 42 and attributes["int"] == +42""", true)]
    [InlineData("""attributes["int"] == 42.0""", true)]
    [InlineData("""attributes["whole"] == 42""", true)]
    [InlineData("""attributes["int"] == attributes["whole"]""", true)]
    [InlineData("""attributes["int"] < 42.5 and attributes["int"] > 41.5""", true)]
    [InlineData("""attributes["int"] <= 42 and attributes["int"] >= 42""", true)]
    [InlineData("""attributes["int"] < 42 or attributes["int"] > 42 or attributes["int"] != 42""", false)]
    [InlineData("""attributes["negative"] == -1 and attributes["negative"] < 0 and -2 < attributes["negative"]""", true)]
    [InlineData("""attributes["double"] == 2.5 and attributes["double"] > 2 and attributes["double"] < 3""", true)]
    [InlineData("""attributes["double"] == .25e1 and attributes["double"] == 25.0E-1""", true)]
    [InlineData("""attributes["nan"] == attributes["nan"] or attributes["nan"] < 0 or attributes["nan"] >= 0""", false)]
    [InlineData("""attributes["nan"] != 1""", true)]
    [InlineData("""attributes["int"] != 9223372036854775807 and attributes["int"] > -9223372036854775808""", true)]
    [InlineData("""attributes["yes"] == true and attributes["no"] == false and attributes["yes"] != attributes["no"]""", true)]
    [InlineData("""attributes["no"] < true and attributes["yes"] >= true and attributes["yes"] > false""", true)]
    [InlineData("""attributes["text"] < "orders.dlr" and attributes["text"] > "orders.dl" and attributes["text"] >= "orders.dlq" """, true)]
    [InlineData("""attributes["text"] < "Orders" """, false)]
    [InlineData("""1 < 2 and 2 != 2.5 and "a" < "b" and true""", true)]
    public void Values_compare_within_their_type_and_numbers_as_numbers(string condition, bool expected) =>
        Assert.Equal(expected, Matches(condition));

    [Theory]
    [InlineData("""HasPrefix(name, "produce.")""", true)]
    [InlineData("""HasPrefix(name, "render")""", false)]
    [InlineData("""HasPrefix(name, "")""", true)]
    [InlineData("""HasSuffix(attributes["text"], ".dlq")""", true)]
    [InlineData("""HasSuffix(attributes["text"], "orders")""", false)]
    [InlineData("""HasPrefix(attributes["int"], "4")""", false)]
    [InlineData("""IsMatch(span.attributes["text"], "\\.dlq$")""", true)]
    [InlineData("""IsMatch(attributes["text"], "^dlq")""", false)]
    [InlineData("""IsMatch(attributes["text"], "ers.d")""", true)]
    [InlineData("""IsMatch(attributes["text"], "^(orders|payments)\\.dlq$")""", true)]
    [InlineData("""IsMatch(attributes["text"], "(?i)^ORDERS")""", true)]
    [InlineData("""IsMatch(attributes["unicode"], "^Gr.{2}e, \\w+$")""", true)]
    [InlineData("""IsMatch(attributes["int"], "^4\\d$") and IsMatch(attributes["negative"], "^-")""", true)]
    [InlineData("""IsMatch(attributes["double"], "^2\\.5$") and IsMatch(attributes["yes"], "true")""", true)]
    [InlineData("""IsMatch(attributes["list"], "x") or IsMatch(attributes["bytes"], "x")""", false)]
    [InlineData("""IsMatch(name, "job") == true and IsMatch(name, "Job") != true""", true)]
    [InlineData("""IsRootSpan()""", false)]
    [InlineData("""not IsRootSpan() and IsRootSpan() == false""", true)]
    public void A_function_answers_for_the_span(string condition, bool expected) => Assert.Equal(expected, Matches(condition));

    [Theory]
    [InlineData("""true or true and false""", true)]
    [InlineData("""(true or true) and false""", false)]
    [InlineData("""not true or true""", true)]
    [InlineData("""not (true or true)""", false)]
    [InlineData("""not not true""", true)]
    [InlineData("""not kind == SPAN_KIND_CLIENT""", true)]
    [InlineData("""not attributes["absent"] == "x" """, true)]
    [InlineData("""false or false or true""", true)]
    [InlineData("""true and true and false""", false)]
    [InlineData("""((((kind == 4))))""", true)]
    [InlineData("true\n\tand\r\n true", true)]
    public void Not_binds_before_and_and_and_before_or(string condition, bool expected) => Assert.Equal(expected, Matches(condition));

    [Theory]
    [InlineData("""attributes["v"] == "a\"b" """, "a\"b")]
    [InlineData("""attributes["v"] == "a\\b" """, "a\\b")]
    [InlineData("""attributes["v"] == "\a\b\f\n\r\t\v" """, "\a\b\f\n\r\t\v")]
    [InlineData("""attributes["v"] == "\x41\102\u00df\U0001F44B" """, "ABß👋")]
    [InlineData("""attributes["v"] == "\xe4\xb8\x96" """, "世")]
    [InlineData("""attributes["v"] == "Grüße, 世界 👋 'quoted'" """, "Grüße, 世界 👋 'quoted'")]
    [InlineData("""attributes["\x76"] == "k" """, "k")]
    public void Escapes_are_those_of_OTTL(string condition, string value) =>
        Assert.True(Matches(condition, With(span => span.Attributes.Add(Scan.ScanHarness.Attribute("v", value)))));

    [Fact]
    public void A_span_without_a_parent_is_a_root_whether_the_field_is_empty_or_zero()
    {
        foreach (var parent in new[] { Google.Protobuf.ByteString.Empty, Google.Protobuf.ByteString.CopyFrom(new byte[8]) })
        {
            var root = With(span => span.ParentSpanId = parent);

            Assert.True(Matches("IsRootSpan() and parent_span_id == nil", root));
            Assert.False(Matches("parent_span_id != nil or parent_span_id == \"abcdef0123456789\" or IsMatch(parent_span_id, \"\")", root));
        }
    }

    [Fact]
    public void Batons_own_spans_are_told_apart() => Assert.True(Matches("baton.synthesized", synthesized: true));

    [Fact]
    public void A_long_text_is_matched_whole()
    {
        var request = With(span => span.Name = new string('ä', 100_000) + "z7");

        Assert.True(Matches("IsMatch(name, \"z\\\\d$\")", request));
    }

    [Fact]
    public void A_name_that_is_empty_is_not_absent()
    {
        var request = With(span => span.Name = "");

        Assert.True(Matches("name == \"\" and name != nil and HasPrefix(name, \"\") and IsMatch(name, \"^$\")", request));
    }
}
