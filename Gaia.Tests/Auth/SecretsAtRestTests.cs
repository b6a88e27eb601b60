using System.Net;
using System.Text;
using Npgsql;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class SecretsAtRestTests(AuthFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_secret_is_in_the_database_or_the_log()
    {
        await using var auth = await fixture.StartAsync("discreet");
        var api = new AuthApi(auth);
        var user = await api.SignUpAsync();
        var key = (await api.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "api-keys", new { name = "k" }, user.Principal, ("Idempotency-Key", "once"))).GetProperty("key").GetString()!;
        var refreshed = SignedIn.Of(await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "refresh", new { refresh_token = user.RefreshToken }));
        using var wrong = await api.PostAsync("login", new { email = user.Email, password = "a wrong password" });
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", new { everywhere = true }, refreshed.Principal);

        var everything = await DumpAsync("discreet");
        string[] secrets = [AuthApi.Password, AuthServer.AdminPassword, "a wrong password", user.RefreshToken, refreshed.RefreshToken, user.AccessToken, key, AuthServer.IdentityKey];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, everything, StringComparison.Ordinal));
        Assert.All([.. secrets, user.Email], secret => Assert.DoesNotContain(secret, auth.Log, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_signing_keys_nor_what_protects_them_can_be_read_from_the_database()
    {
        await using var auth = await fixture.StartAsync("guarded");
        await new AuthApi(auth).SignUpAsync();

        await using var connection = await ConnectAsync("guarded");
        await using var command = new NpgsqlCommand("SELECT private_key FROM signing_keys", connection);
        await using (var keys = await command.ExecuteReaderAsync(Ct))
        {
            while (await keys.ReadAsync(Ct))
            {
                using var ecdsa = System.Security.Cryptography.ECDsa.Create();
                Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(() => ecdsa.ImportPkcs8PrivateKey((byte[])keys[0], out _));
            }
        }

        await using var rings = new NpgsqlCommand("SELECT string_agg(xml, '') FROM data_protection_keys", connection);
        var xml = (string)(await rings.ExecuteScalarAsync(Ct))!;
        Assert.Contains("encryptedKey", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_deployments_key_reads_nothing_and_signs_with_keys_of_its_own()
    {
        await using (var auth = await fixture.StartAsync("moved"))
        {
            await new AuthApi(auth).SignUpAsync();
        }

        await using var moved = await AuthServer.StartAsync(
            new Dictionary<string, string>
            {
                ["ConnectionStrings:authdb"] = fixture.Postgres.ConnectionStringTo("moved"),
                ["ConnectionStrings:nats"] = $"nats://127.0.0.1:{fixture.Nats.Port}",
                ["ConnectionStrings:redis"] = "127.0.0.1:1",
                ["IDENTITY_KEY"] = new string('x', 40),
            },
            Ct);
        var api = new AuthApi(moved, new string('x', 40));

        Assert.True(await api.AcceptsAsync((await api.SignUpAsync()).AccessToken));
    }

    private async Task<string> DumpAsync(string database)
    {
        await using var connection = await ConnectAsync(database);
        var tables = new List<string>();
        await using (var names = new NpgsqlCommand("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'", connection))
        await using (var reader = await names.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
            {
                tables.Add(reader.GetString(0));
            }
        }

        var text = new StringBuilder();
        foreach (var table in tables)
        {
            await using var rows = new NpgsqlCommand($"SELECT string_agg(t::text, E'\\n') FROM \"{table}\" t", connection);
            text.Append(await rows.ExecuteScalarAsync(Ct)).AppendLine();
        }

        return text.ToString();
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(fixture.Postgres.ConnectionStringTo(database));
        await connection.OpenAsync(Ct);
        return connection;
    }
}
