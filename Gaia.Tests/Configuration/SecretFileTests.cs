namespace Gaia.Tests.Configuration;

/// <summary>Every secret may come from a file, as Docker secrets do.</summary>
public sealed class SecretFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gaia-secrets-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_file_s_text_is_the_password_without_its_last_line_break()
    {
        using var service = new ConfiguredService(("REDIS_URL", "redis://cache"), ("REDIS_PASSWORD_FILE", Secret("from a file, 100%\n")));

        Assert.Equal("from a file, 100%", service.Redis.Password);
    }

    [Fact]
    public void A_url_may_come_from_a_file_as_well()
    {
        using var service = new ConfiguredService(
            ("DATABASE_URL_FILE", Secret("postgres://gaia:hunter2@db:7000\r\n")), ("DATABASE_URL", ""), ("NATS_URL_FILE", Secret("nats://gaia:hunter2@bus")));

        Assert.Equal(("db", 7000, "hunter2"), (service.Postgres.Host, service.Postgres.Port, service.Postgres.Password));
        Assert.Contains("hunter2@bus", service.NatsUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void Passwords_fill_in_where_urls_have_none()
    {
        using var service = new ConfiguredService(
            ("DATABASE_URL", "postgres://gaia@db"),
            ("POSTGRES_PASSWORD_FILE", Secret("po;st'gres")),
            ("NATS_URL", "nats://gaia@one,nats://gaia:own@two"),
            ("NATS_PASSWORD_FILE", Secret("na@ts")),
            ("NATS_URI", "nats://nats:aspire@aspire-nats:2000"));

        Assert.Equal(("gaia", "po;st'gres"), (service.Postgres.Username, service.Postgres.Password));
        Assert.Equal("nats://gaia:na%40ts@one:4222,nats://gaia:own@two:4222", service.NatsUrl);
    }

    [Fact]
    public void Passwords_do_not_replace_what_urls_have_and_go_to_no_other_server()
    {
        using var service = new ConfiguredService(
            ("DATABASE_URL", "postgres://gaia:own@db"),
            ("POSTGRES_PASSWORD", "other"),
            ("NATS_URL", "nats://token@elsewhere"),
            ("NATS_PASSWORD", "aspire"),
            ("NATS_URI", "nats://nats:aspire@aspire-nats:2000"));

        Assert.Equal("own", service.Postgres.Password);
        Assert.Equal("nats://token@elsewhere:4222", service.NatsUrl);
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_ends_the_start_with_one_line()
    {
        Assert.Equal(
            [
                "IDENTITY_KEY and IDENTITY_KEY_FILE: expected one of them.",
                "REDIS_PASSWORD_FILE is \"/nowhere\": expected a file that can be read and is not empty.",
            ],
            (await StartRefusalTests.RefusedStartAsync(("REDIS_PASSWORD_FILE", "/nowhere"), ("IDENTITY_KEY_FILE", Secret("anything")))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_secret_of_the_reference_can_be_a_file()
    {
        var secrets = EnvironmentVariables.All.Where(variable => variable.IsSecret).Select(variable => variable.Name).ToList();
        Assert.Contains("IDENTITY_KEY", secrets);

        var errors = await StartRefusalTests.RefusedStartAsync([.. secrets.Select(name => (name, "")), .. secrets.Select(name => ($"{name}_FILE", "/nowhere"))]);

        Assert.All(secrets, name => Assert.Contains($"{name}_FILE is \"/nowhere\": expected a file that can be read and is not empty.", errors));
    }

    private string Secret(string text)
    {
        var file = Path.Combine(folder.FullName, $"{Guid.CreateVersion7():n}");
        File.WriteAllText(file, text);
        return file;
    }
}
