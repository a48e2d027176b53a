using Baton.EndToEnd.Tests.Support;
using Baton.Testing.Processes;

namespace Baton.EndToEnd.Tests.Container;

/// <summary>The image, built from the Dockerfile without an engine and run as an orchestrator would. What is asserted stands in `tests/container`.</summary>
public sealed class ImageTests
{
    // Builds a base system and the product: most of it is fetching and compiling.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    [Fact]
    public async Task The_image_builds_and_serves_as_nobody_on_a_read_only_file_system()
    {
        await using var script = ChildProcess.Start("bash", [SourceTree.PathOf("tests/container")]);

        var code = await script.WaitForExitAsync(Limit);

        Assert.True(code == 0, string.Join(Environment.NewLine, script.Output));
    }
}
