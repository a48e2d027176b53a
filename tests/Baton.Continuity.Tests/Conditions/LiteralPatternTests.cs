using System.Text;
using System.Text.RegularExpressions;
using Baton.Continuity.Conditions;
using CsCheck;

namespace Baton.Continuity.Tests.Conditions;

public class LiteralPatternTests
{
    private static readonly Gen<string> Text = Gen.OneOf("a", "b", ".", "ü", "\n", "世").Array[0, 5].Select(string.Concat);

    private static readonly Gen<string> Pattern = Gen.Select(Gen.OneOf("", "^"), Text, Gen.OneOf("", "$"), (start, text, end) => start + Regex.Escape(text).Replace("\\n", "\n", StringComparison.Ordinal) + end);

    [Fact]
    public void A_pattern_that_is_a_text_matches_as_the_regular_expression_does() =>
        Gen.Select(Pattern, Text).Sample(
            (pattern, text) => Assert.Equal(Regex.IsMatch(text, pattern), LiteralPattern.Read(pattern)!.Matches(Encoding.UTF8.GetBytes(text))),
            iter: 20_000);

    [Theory]
    [InlineData("a.b")]
    [InlineData("a|b")]
    [InlineData("ab*")]
    [InlineData("[ab]")]
    [InlineData("a{2}")]
    [InlineData("a$b")]
    [InlineData("a^b")]
    [InlineData("\\d")]
    [InlineData("(?i)a")]
    [InlineData("^a$$")]
    public void A_pattern_that_is_more_is_left_to_the_general_matcher(string pattern) => Assert.Null(LiteralPattern.Read(pattern));
}
