using Gaia.Tests.AppHost;

namespace Gaia.Tests.Publishing;

/// <summary>Whoever publishes has secrets in the environment; none of them reaches a file.</summary>
public sealed class FlySecretsTests
{
    [Fact]
    public async Task No_secret_of_the_environment_is_written_and_each_is_named()
    {
        using var folder = new TemporaryFolder();
        var secrets = EnvironmentVariables.All.Where(variable => variable is { IsSecret: true, IsAppHosts: false })
            .Select(variable => (variable.Name, Value: variable.Name.EndsWith("_URL", StringComparison.Ordinal) ? $"tls://user:canary-{variable.Name}@host" : $"canary-{variable.Name}"))
            .ToArray();
        Assert.Empty(await Publisher.RunAsync(folder, [], [.. secrets, ("REDIS_PASSWORD", "canary-REDIS_PASSWORD"), ("PERSONA_CACHE_TTL", "1234")]));

        var files = Publisher.Files(folder.Path);
        Assert.All(files, file => Assert.DoesNotContain("canary", file.Value, StringComparison.Ordinal));
        Assert.All(secrets.Where(secret => secret.Name != "REDIS_URL"), secret => Assert.Contains(files.Values, text => text.Contains($"#   {secret.Name} ", StringComparison.Ordinal)));
        Assert.Contains("PERSONA_CACHE_TTL = \"1234\"", files["fly/chat.dev.toml"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_is_given_no_secret_that_it_does_not_read()
    {
        using var folder = new TemporaryFolder();

        await Publisher.RunAsync(folder);

        var files = Publisher.Files(folder.Path);
        Assert.DoesNotContain("DATABASE_URL", files["fly.dev.toml"], StringComparison.Ordinal);
        Assert.DoesNotContain("ADMIN_PASSWORD", files["fly/chat.dev.toml"], StringComparison.Ordinal);
        Assert.DoesNotContain("ANTHROPIC_API_KEY", files["fly/auth.dev.toml"], StringComparison.Ordinal);
    }
}
