using Baton.Continuity.Conditions;
using CsCheck;
using static Baton.Continuity.Tests.Conditions.ConditionHarness;

namespace Baton.Continuity.Tests.Conditions;

public class ConditionFaultTests
{
    [Theory]
    [InlineData("", 1, "expected a path, a value or a function, not the end")]
    [InlineData("   ", 4, "expected a path, a value or a function, not the end")]
    [InlineData("name", 1, "a path alone is not a condition; compare it, as in == \"…\", == true or != nil")]
    [InlineData("kind == 1 and name", 15, "a path alone is not a condition; compare it, as in == \"…\", == true or != nil")]
    [InlineData("name ==", 8, "expected a path, a value or a function, not the end")]
    [InlineData("\"text\"", 7, "expected ==, !=, <, <=, > or >=, not the end")]
    [InlineData("name \"x\"", 6, "expected ==, !=, <, <=, > or >=, not \"x\"")]
    [InlineData("name == \"a\" \"b\"", 13, "expected and, or, or the end of the condition, not \"b\"")]
    [InlineData("kind == 1 == 2", 11, "expected and, or, or the end of the condition, not ==")]
    [InlineData("true)", 5, "expected and, or, or the end of the condition, not )")]
    [InlineData("(true", 6, "expected ) to close the parenthesis, not the end")]
    [InlineData("true and", 9, "expected a path, a value or a function, not the end")]
    [InlineData("and true", 1, "expected a path, a value or a function before and")]
    [InlineData("true and or true", 10, "expected a path, a value or a function before or")]
    public void What_is_missing_or_too_much_is_shown_where_it_is(string text, int column, string message) => AssertFault(text, column, message);

    [Theory]
    [InlineData("span.nme == \"x\"", 1, "span.nme is not a path or a value; did you mean span.name?")]
    [InlineData("Span.Name == \"x\"", 1, "Span.Name is not a path or a value; did you mean span.name?")]
    [InlineData("kind == SPAN_KIND_PRODUCE", 9, "SPAN_KIND_PRODUCE is not a path or a value; did you mean SPAN_KIND_PRODUCER?")]
    [InlineData("kind == Span_Kind_Consumer", 9, "Span_Kind_Consumer is not a path or a value; did you mean SPAN_KIND_CONSUMER?")]
    [InlineData("name == null", 9, "null is not a path or a value; did you mean nil?")]
    [InlineData("name == True", 9, "True is not a path or a value; did you mean true?")]
    [InlineData("baton.synthesised", 1, "baton.synthesised is not a path or a value; did you mean baton.synthesized?")]
    [InlineData("attributes.service.name == \"x\"", 1, "a key stands in brackets: attributes[\"service.name\"]")]
    [InlineData("span.attributes.k == \"x\"", 1, "a key stands in brackets: span.attributes[\"k\"]")]
    [InlineData("attributes == \"x\"", 12, "expected a key, as in attributes[\"service.name\"], not ==")]
    [InlineData("attributes[k] == \"x\"", 12, "expected a key between double quotes, as in attributes[\"service.name\"], not k")]
    [InlineData("attributes[\"k\" == \"x\"", 16, "expected ] after the key, not ==")]
    [InlineData("attributes[\"k\"][\"l\"] == \"x\"", 16, "the inside of an attribute cannot be asked for; compare attributes that are strings, numbers or booleans")]
    [InlineData("name[\"k\"] == \"x\"", 5, "name has no parts in brackets")]
    [InlineData("span. == \"x\"", 7, "expected a name after the dot, not ==")]
    [InlineData("hasPrefix(name, \"x\")", 1, "hasPrefix is not a function; did you mean HasPrefix?")]
    [InlineData("Contains(name, \"x\")", 1, "Contains is not a function; known are IsMatch, HasPrefix, HasSuffix, IsRootSpan")]
    public void A_wrong_word_is_answered_with_the_right_one(string text, int column, string message) => AssertFault(text, column, message);

    [Theory]
    [InlineData("name = \"x\"", 6, "= is not an operator; did you mean ==?")]
    [InlineData("name =~ \"x\"", 6, "=~ is not an operator; write IsMatch(path, \"regex\")")]
    [InlineData("true && true", 6, "& is not an operator; did you mean and?")]
    [InlineData("true || true", 6, "| is not an operator; did you mean or?")]
    [InlineData("!true", 1, "! is not an operator; did you mean not?")]
    [InlineData("true AND true", 6, "expected and, or, or the end of the condition, not AND; did you mean and?")]
    [InlineData("name == 'x'", 9, "strings stand between double quotes: \"…\"")]
    [InlineData("kind == 1 + 1", 11, "+ is not an operator here: conditions do not calculate")]
    [InlineData("kind == 1 % 1", 11, "% has no meaning in a condition")]
    [InlineData("name == 👋", 9, "👋 has no meaning in a condition")]
    public void Another_languages_operator_is_answered_with_OTTLs(string text, int column, string message) => AssertFault(text, column, message);

    [Theory]
    [InlineData("kind == \"SPAN_KIND_PRODUCER\"", 9, "span.kind is compared with SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER and so on, without quotes")]
    [InlineData("\"x\" == kind", 1, "span.kind is compared with SPAN_KIND_PRODUCER, SPAN_KIND_CONSUMER and so on, without quotes")]
    [InlineData("status.code == \"ERROR\"", 16, "span.status.code is compared with STATUS_CODE_UNSET, STATUS_CODE_OK or STATUS_CODE_ERROR, without quotes")]
    [InlineData("name == 5", 9, "a string cannot be compared with a number; it would never be true")]
    [InlineData("name == IsRootSpan()", 6, "a string cannot be compared with a boolean; it would never be true")]
    [InlineData("baton.synthesized == 1", 22, "a boolean cannot be compared with a number; it would never be true")]
    [InlineData("parent_span_id == \"\"", 19, "a parent_span_id is 16 hexadecimal digits, not all zero; a span without a parent is IsRootSpan()")]
    [InlineData("\"0000000000000000\" == parent_span_id", 1, "a parent_span_id is 16 hexadecimal digits, not all zero; a span without a parent is IsRootSpan()")]
    public void A_comparison_that_could_never_be_true_is_refused(string text, int column, string message) => AssertFault(text, column, message);

    [Theory]
    [InlineData("IsMatch(name)", 13, "expected , and a string: IsMatch(path, \"…\"), not )")]
    [InlineData("IsMatch(\"x\", \"x\")", 9, "expected a path as the first argument of IsMatch, not \"x\"")]
    [InlineData("HasPrefix(nil, \"x\")", 11, "expected a path as the first argument of HasPrefix, not nil")]
    [InlineData("HasSuffix(kind, \"x\")", 11, "HasSuffix needs a path that is a string")]
    [InlineData("HasPrefix(name, name)", 17, "expected a string between double quotes as the second argument of HasPrefix, not name")]
    [InlineData("HasPrefix(name, \"x\", \"y\")", 20, "expected ) after the two arguments of HasPrefix, not ,")]
    [InlineData("IsRootSpan(name)", 12, "expected ) as IsRootSpan has no arguments, not name")]
    [InlineData("IsMatch(name, \"a(b\")", 19, "not a regular expression: InsufficientClosingParentheses; a backslash stands doubled in a string: \"\\\\.dlq$\"")]
    [InlineData("IsMatch(name, \"\\\\.*[z-a]\")", 24, "not a regular expression: ReversedCharacterRange; a backslash stands doubled in a string: \"\\\\.dlq$\"")]
    [InlineData("IsMatch(name, \"ü\\u00fc\\\\d**\")", 28, "not a regular expression: NestedQuantifiersNotParenthesized; a backslash stands doubled in a string: \"\\\\.dlq$\"")]
    [InlineData("IsMatch(name, \"(?=a)\")", 16, "matching takes linear time, as with RE2: a regular expression has no look-around, back-references or atomic groups, and no repetitions of thousands")]
    [InlineData("IsMatch(name, \"(a)\\\\1\")", 16, "matching takes linear time, as with RE2: a regular expression has no look-around, back-references or atomic groups, and no repetitions of thousands")]
    [InlineData("IsMatch(name, \"(a{1000}){100}\")", 16, "matching takes linear time, as with RE2: a regular expression has no look-around, back-references or atomic groups, and no repetitions of thousands")]
    [InlineData("IsMatch(name, \"\\xff\")", 15, "a regular expression cannot hold bytes that are not UTF-8")]
    public void A_wrong_argument_is_refused_where_it_stands(string text, int column, string message) => AssertFault(text, column, message);

    [Theory]
    [InlineData("name == \"x", 9, "the string that begins here has no closing \"")]
    [InlineData("name == \"x\\\"", 9, "the string that begins here has no closing \"")]
    [InlineData("name == \"a\\.b\"", 11, "\\. is not an escape; known are \\\\ \\\" \\n \\r \\t \\a \\b \\f \\v \\ooo \\xhh \\uhhhh \\Uhhhhhhhh; a backslash itself is \\\\")]
    [InlineData("name == \"\\x4\"", 10, "an escape is cut off or out of range; known are \\\\ \\\" \\n \\r \\t \\a \\b \\f \\v \\ooo \\xhh \\uhhhh \\Uhhhhhhhh; a backslash itself is \\\\")]
    [InlineData("name == \"\\777\"", 10, "an escape is cut off or out of range; known are \\\\ \\\" \\n \\r \\t \\a \\b \\f \\v \\ooo \\xhh \\uhhhh \\Uhhhhhhhh; a backslash itself is \\\\")]
    [InlineData("name == \"\\ud800\"", 10, "\\u needs 4 hexadecimal digits of a Unicode character")]
    [InlineData("name == \"\\U00110000\"", 10, "\\U needs 8 hexadecimal digits of a Unicode character")]
    [InlineData("name == \"a\nb\"", 11, "a string ends on the line on which it begins; a line break within it is \\n")]
    [InlineData("kind == 9223372036854775808", 9, "9223372036854775808 is out of range: integers have 64 bits")]
    [InlineData("kind < 1.0e999", 8, "1.0e999 is out of range: doubles reach to 1.8e308")]
    [InlineData("kind == 10ms", 9, "10ms is not a number; numbers are written as 42, -1 or 2.5")]
    public void A_value_that_cannot_be_read_is_refused(string text, int column, string message) => AssertFault(text, column, message);

    [Fact]
    public void Nesting_is_bounded()
    {
        const int depth = ConditionParser.MaxDepth;

        Assert.NotNull(Condition.Parse(new string('(', depth) + "true" + new string(')', depth)).Condition);
        AssertFault(new string('(', depth + 1) + "true" + new string(')', depth + 1), depth + 1, $"nested deeper than {depth} levels");
        AssertFault(string.Concat(Enumerable.Repeat("not ", 100_000 / 8)) + "true", depth * 4 + 1, $"nested deeper than {depth} levels");
    }

    [Fact]
    public void A_chain_is_no_nesting()
    {
        var chain = string.Join(" or ", Enumerable.Repeat("kind == SPAN_KIND_SERVER", 2_000));

        Assert.True(Matches($"{chain} or true"));
    }

    [Fact]
    public void A_text_beyond_all_measure_is_refused() =>
        AssertFault(new string(' ', Condition.MaxLength + 1), 1, "the condition has 65537 characters; at most 65536 are read");

    [Theory]
    [InlineData("span.nme == \"x\"", "span.nme == \"x\"\n^")]
    [InlineData("name = \"x\"", "name = \"x\"\n     ^")]
    [InlineData("true and\n\tname == 5\n", "\tname == 5\n\t        ^")]
    [InlineData("name ==", "name ==\n       ^")]
    [InlineData("", "\n^")]
    public void A_caret_points_at_the_fault(string text, string shown) => Assert.Equal(shown, FaultOf(text).Point(text));

    [Fact]
    public void Any_words_in_any_order_give_a_condition_or_a_fault_within_the_text()
    {
        var words = Gen.OneOf(
            "name", "kind", "attributes[\"k\"]", "and", "or", "not", "(", ")", "==", "<=", "nil", "1", "2.5", "\"x\"", "true", "IsRootSpan()", "IsMatch(name, \"a\")",
            "[", "]", ",", ".", "=", "\"", "\\", "👋", "\n", "IsMatch(", "\"[\"", "SPAN_KIND_CLIENT", "-", "\ud800");

        words.Array[0, 12].Select(parts => string.Join(' ', parts)).Sample(
            text =>
            {
                var (condition, fault) = Condition.Parse(text);
                Assert.True(condition is null != fault is null);
                if (fault is not null)
                {
                    Assert.InRange(fault.Column, 1, text.Length + 1);
                    Assert.EndsWith("^", fault.Point(text), StringComparison.Ordinal);
                }
            },
            iter: 20_000);
    }

    private static void AssertFault(string text, int column, string message) => Assert.Equal(new ConditionFault(column, message), FaultOf(text));
}
