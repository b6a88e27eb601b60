using Npgsql;

namespace Gaia.Tests.Configuration;

public sealed class DatabaseVariableTests
{
    [Theory]
    [InlineData("postgres://gaia:secret@db", "db", 5432, "notesdb", "secret")]
    [InlineData("postgresql://gaia:secret@db:6000/", "db", 6000, "notesdb", "secret")]
    [InlineData("postgres://gaia:secret@db/elsewhere", "db", 5432, "elsewhere", "secret")]
    [InlineData("postgres://gaia:p%40ss%3Bw%2Ford@db", "db", 5432, "notesdb", "p@ss;w/ord")]
    [InlineData("postgres://gaia:p@ss;w'o\"r=d 100%@db/elsewhere", "db", 5432, "elsewhere", "p@ss;w'o\"r=d 100%")]
    [InlineData("postgres://gaia:a/b?c#d:e@db:6000/elsewhere", "db", 6000, "elsewhere", "a/b?c#d:e")]
    [InlineData("postgres://gaia:secret@[::1]:6000", "::1", 6000, "notesdb", "secret")]
    public void A_database_url_says_where_who_and_which(string url, string host, int port, string database, string password)
    {
        using var service = new ConfiguredService(("DATABASE_URL", url));

        Assert.Equal((host, port, database), (service.Postgres.Host, service.Postgres.Port, service.Postgres.Database));
        Assert.Equal(("gaia", password), (service.Postgres.Username, service.Postgres.Password));
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void A_database_url_says_how_tls_is_used(string text, SslMode mode)
    {
        using var service = new ConfiguredService(("DATABASE_URL", $"postgres://gaia:secret@db?sslmode={text}&pgbouncer=true"));

        Assert.Equal(mode, service.Postgres.SslMode);
    }

    [Fact]
    public void Without_a_database_url_the_connection_is_the_injected_one()
    {
        using var service = new ConfiguredService();

        Assert.Equal(("aspire-postgres", 3000, "aspire"), (service.Postgres.Host, service.Postgres.Port, service.Postgres.Password));
    }

    [Fact]
    public void What_a_connection_string_says_about_timeouts_and_pool_is_kept()
    {
        using var service = new ConfiguredService(("ConnectionStrings:notesdb", "Host=db;Command Timeout=77;Maximum Pool Size=7"));

        Assert.Equal((77, 7), (service.Postgres.CommandTimeout, service.Postgres.MaxPoolSize));
    }
}
