using Gaia.Tests.Chat;

namespace Gaia.Tests.Health;

/// <summary>What a service logs when it starts beside servers that are well.</summary>
public sealed class ColdStartTests(ChatNodes nodes) : IClassFixture<ChatNodes>
{
    [Fact]
    public async Task A_healthy_cold_start_logs_no_warning_and_one_line_about_the_cache()
    {
        foreach (var node in new[] { nodes.First, nodes.Second })
        {
            await Eventually.IsTrueAsync(() => node.Log.Contains("Cache started: Redis connected, invalidation log connected", StringComparison.Ordinal), ct: TestContext.Current.CancellationToken);

            Assert.DoesNotContain("warn:", node.Log, StringComparison.Ordinal);
            Assert.DoesNotContain("fail:", node.Log, StringComparison.Ordinal);
        }
    }
}
