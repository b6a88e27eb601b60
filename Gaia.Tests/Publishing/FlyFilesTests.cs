using Gaia.Tests.AppHost;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Tomlyn;
using Tomlyn.Model;

namespace Gaia.Tests.Publishing;

/// <summary>The files for Fly.io: what they are, and that Fly knows all that stands in them.</summary>
public sealed class FlyFilesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_files_in_the_repository_are_those_that_the_publisher_writes()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(await Publisher.RunAsync(folder));

        var written = Publisher.Files(folder.Path);
        Assert.Equal(["fly.dev.toml", "fly/asset.dev.toml", "fly/auth.dev.toml", "fly/chat.dev.toml", "fly/nats.dev.toml"], written.Keys);
        Assert.All(written, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(Publisher.Repository, file.Key))));
    }

    [Theory]
    [InlineData]
    [InlineData("environment", "prod", "region", "fra", "nats", "3", "redis", "rediss://eu1-calm-crow-1.upstash.io:6379")]
    [InlineData("regions", "sjc,fra,nrt", "nats", "3")]
    public async Task Fly_knows_every_key_and_takes_every_value(params string[] settings)
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(await Publisher.RunAsync(folder, settings));

        foreach (var (path, text) in Publisher.Files(folder.Path))
        {
            var file = TomlSerializer.Deserialize<TomlTable>(text)!;
            Assert.Empty(FlyReference.Complaints(file).Select(complaint => $"{path}: {complaint}"));
        }
    }

    [Fact]
    public async Task Only_the_gateway_is_public_and_what_has_a_database_is_migrated_first()
    {
        using var folder = new TemporaryFolder();
        await Publisher.RunAsync(folder);
        var files = Publisher.Files(folder.Path).ToDictionary(file => file.Key, file => TomlSerializer.Deserialize<TomlTable>(file.Value)!);

        var gateway = files["fly.dev.toml"];
        Assert.Equal("gaia-gateway-dev", gateway["app"]);
        Assert.True((bool)Table(gateway, "http_service")["force_https"]);
        Assert.False(Table(gateway, "deploy").ContainsKey("release_command"));
        Assert.All(["auth", "chat", "asset"], service => Assert.Equal($"http://gaia-{service}-dev.flycast", Table(gateway, "env")[$"services__{service}__http__0"]));

        foreach (var service in new[] { "auth", "chat", "asset" })
        {
            var file = files[$"fly/{service}.dev.toml"];
            Assert.False(Table(file, "http_service").ContainsKey("force_https"));
            Assert.Equal("migrate", Table(file, "deploy")["release_command"]);
            Assert.True(File.Exists(Path.Combine(Publisher.Repository, "fly", (string)Table(file, "build")["dockerfile"])));
        }

        Assert.False(files["fly/nats.dev.toml"].ContainsKey("http_service") || files["fly/nats.dev.toml"].ContainsKey("services"));
    }

    [Fact]
    public async Task A_region_that_follows_has_a_gateway_a_NATS_and_a_Redis_of_its_own_and_uses_the_services_of_home()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(await Publisher.RunAsync(folder, "regions", "sjc,fra"));

        var files = Publisher.Files(folder.Path).ToDictionary(file => file.Key, file => TomlSerializer.Deserialize<TomlTable>(file.Value)!);
        string[] home = ["fly.dev.toml", "fly/asset.dev.toml", "fly/auth.dev.toml", "fly/chat.dev.toml", "fly/nats.dev.toml"];
        Assert.Equivalent(home.Concat(["fly/fra/gateway.dev.toml", "fly/fra/nats.dev.toml"]), files.Keys, strict: true);
        Assert.All(home[..4], path => Assert.Equal(("sjc", "sjc"), (Table(files[path], "env")["HOME_REGION"], Table(files[path], "env")["GAIA_REGION"])));

        var gateway = files["fly/fra/gateway.dev.toml"];
        var environment = Table(gateway, "env");
        Assert.Equal(("gaia-gateway-fra-dev", "fra"), (gateway["app"], gateway["primary_region"]));
        Assert.Equal(("sjc", "fra"), (environment["HOME_REGION"], environment["GAIA_REGION"]));
        Assert.Equal("redis://fly-gaia-redis-fra-dev.upstash.io:6379", environment["REDIS_URL"]);
        Assert.All(["auth", "chat", "asset"], service => Assert.Equal($"http://gaia-{service}-dev.flycast", environment[$"services__{service}__http__0"]));
        Assert.True(File.Exists(Path.Combine(Publisher.Repository, "fly", "fra", (string)Table(gateway, "build")["dockerfile"])));
        Assert.Contains("@gaia-nats-fra-dev.internal:4222", Publisher.Files(folder.Path)["fly/fra/gateway.dev.toml"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_NATS_of_a_region_that_follows_reaches_the_streams_of_home()
    {
        using var folder = new TemporaryFolder();
        Assert.Empty(await Publisher.RunAsync(folder, "regions", "sjc,fra"));
        var (files, leafPort) = (Publisher.Files(folder.Path), FreePort.Next());
        await using var home = await PublishedNats.StartAsync(files["fly/nats.dev.toml"], leafPort, Ct);
        await using var away = await PublishedNats.StartAsync(files["fly/fra/nats.dev.toml"], leafPort, Ct);
        await using var atHome = new NatsConnection(new NatsOpts { Url = home.Url });
        await using var elsewhere = new NatsConnection(new NatsOpts { Url = away.Url });
        await new NatsJSContext(atHome).CreateStreamAsync(new("of-home", ["of-home"]), Ct);

        var streams = new NatsJSContext(elsewhere, new NatsJSOpts(elsewhere.Opts, domain: "sjc"));

        await Eventually.PassesAsync(async () => Assert.Equal("of-home", (await streams.GetStreamAsync("of-home", cancellationToken: Ct)).Info.Config.Name), ct: Ct);
    }

    [Theory]
    [InlineData("redis://cache.example.com:6379", "rediss://")]
    [InlineData("rediss://default:hunter2hunter2@cache.example.com:6379", "REDIS_PASSWORD")]
    [InlineData("not-an-address", "redis://host")]
    public async Task A_Redis_address_in_the_clear_or_with_a_password_is_refused_and_nothing_is_written(string redis, string said)
    {
        using var folder = new TemporaryFolder();

        var refusal = await Publisher.RunAsync(folder, "redis", redis);

        Assert.Contains(said, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal, StringComparison.Ordinal);
        Assert.Empty(Publisher.Files(folder.Path));
    }

    [Theory]
    [InlineData("environment", "Dev")]
    [InlineData("region", "California")]
    [InlineData("region", "sjc,fra")]
    [InlineData("regions", "sjc,fra,sjc")]
    [InlineData("regions", "sjc,Frankfurt")]
    [InlineData("regions", "sjc,fra", "region", "sjc")]
    [InlineData("regions", "sjc,fra", "redis", "rediss://cache.example.com:6379")]
    [InlineData("nats", "2")]
    [InlineData("replicas", "2")]
    [InlineData("region")]
    public async Task An_invalid_setting_is_refused_in_one_line(params string[] settings)
    {
        using var folder = new TemporaryFolder();

        Assert.Single((await Publisher.RunAsync(folder, settings)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Publisher.Files(folder.Path));
    }

    private static TomlTable Table(TomlTable file, string name) => (TomlTable)file[name];
}
