using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gaia.Gateway.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace Gaia.Tests.Console;

public sealed class AuditTests(GaiaApp gaia)
{
    private const string Audit = "/api/v1/admin/audit";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_flush_is_recorded_with_who_what_and_from_where_and_a_count_of_keys_is_not()
    {
        using var developer = gaia.Developer();
        var (counted, flushed) = ($"counted:{Guid.CreateVersion7()}:*", $"flushed:{Guid.CreateVersion7()}:*");
        var me = await developer.GetFromJsonAsync<JsonElement>("/api/v1/auth/me", Stop);

        await PostAsync(developer, "/api/v1/admin/cache/flush", new { pattern = counted, dry_run = true });
        await PostAsync(developer, "/api/v1/admin/cache/flush", new { pattern = flushed });

        var records = await ReadAsync(developer);
        var record = records.Single(record => record.GetProperty("detail").GetString() == flushed);
        Assert.Equal(("POST", "/api/v1/admin/cache/flush", 200), (record.GetProperty("method").GetString(), record.GetProperty("path").GetString(), record.GetProperty("status").GetInt32()));
        Assert.Equal(me.GetProperty("user").GetProperty("id").GetString(), record.GetProperty("user").GetString());
        Assert.NotEmpty(record.GetProperty("address").GetString()!);
        Assert.DoesNotContain(records, record => record.GetProperty("detail").GetString() == counted);
    }

    [Fact]
    public async Task A_flush_of_a_pattern_beyond_all_bounds_is_refused_and_recorded_by_its_beginning()
    {
        using var developer = gaia.Developer();
        var beginning = $"endless:{Guid.CreateVersion7()}:";

        using var refused = await developer.PostAsJsonAsync("/api/v1/admin/cache/flush", new { pattern = beginning.PadRight(2_000_000, 'x') }, Stop);

        await Problem.ExpectAsync(refused, HttpStatusCode.BadRequest);
        var record = (await ReadAsync(developer)).Single(record => record.GetProperty("detail").GetString()?.StartsWith(beginning, StringComparison.Ordinal) is true);
        Assert.Equal((400, 1_000), (record.GetProperty("status").GetInt32(), record.GetProperty("detail").GetString()!.Length));
    }

    [Fact]
    public async Task Keys_and_personas_that_administrators_change_are_recorded_and_what_they_read_is_not()
    {
        using var developer = gaia.Developer();
        var key = await PostAsync(developer, "/api/v1/auth/api-keys", new { name = "audited", scopes = new[] { Scopes.Chat } });
        var path = $"/api/v1/auth/api-keys/{key.GetProperty("id").GetString()}";
        using var revoked = await developer.DeleteAsync(path, Stop);
        using var refused = await developer.PutAsJsonAsync($"/api/v1/chat/personas/{Guid.CreateVersion7()}", new { name = "Nobody" }, Stop);
        await developer.GetStringAsync("/api/v1/chat/personas", Stop);

        var records = await ReadAsync(developer);

        Assert.Contains(records, record => record.GetProperty("path").GetString() == path && record.GetProperty("method").GetString() == "DELETE" && record.GetProperty("status").GetInt32() == (int)revoked.StatusCode);
        Assert.Contains(records, record => record.GetProperty("path").GetString() == refused.RequestMessage!.RequestUri!.AbsolutePath && record.GetProperty("status").GetInt32() == (int)refused.StatusCode);
        Assert.DoesNotContain(records, record => record.GetProperty("method").GetString() == "GET");
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap()
    {
        using var developer = gaia.Developer();
        var prefix = $"paged:{Guid.CreateVersion7()}";
        for (var i = 0; i < 5; i++)
        {
            await PostAsync(developer, "/api/v1/admin/cache/flush", new { pattern = $"{prefix}:{i}" });
        }

        List<string> seen = [];
        ulong? before = null;
        do
        {
            var page = await developer.GetFromJsonAsync<JsonElement>($"{Audit}?limit=2{(before is null ? "" : $"&before={before}")}", Stop);
            Assert.True(page.GetProperty("records").GetArrayLength() <= 2);
            seen.AddRange(page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("detail").GetString() ?? "").Where(detail => detail.StartsWith(prefix, StringComparison.Ordinal)));
            before = page.GetProperty("before").ValueKind is JsonValueKind.Number ? page.GetProperty("before").GetUInt64() : null;
        }
        while (seen.Count < 5 && before is not null);

        Assert.Equal(Enumerable.Range(0, 5).Reverse().Select(i => $"{prefix}:{i}"), seen);
    }

    [Fact]
    public async Task A_record_made_while_NATS_is_unavailable_is_stored_once_when_it_is_back()
    {
        await using var server = await NatsServer.StartAsync(ct: Stop);
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url, MaxReconnectRetry = -1, ReconnectWaitMin = TimeSpan.FromMilliseconds(50), ReconnectWaitMax = TimeSpan.FromMilliseconds(200) });
        using var log = new AuditLog(nats, Options.Create(new JetStreamOptions()), NullLogger<AuditLog>.Instance);
        await log.StartAsync(Stop);
        var (first, second) = (Record("first"), Record("second"));
        await log.AddAsync(first);

        await server.KillAsync(Stop);
        await log.AddAsync(second);
        await Assert.ThrowsAsync<UnavailableException>(() => log.ReadAsync(null, 10, Stop));
        await server.RestartAsync(Stop);

        await Eventually.PassesAsync(async () => Assert.Equal([second, first], (await log.ReadAsync(null, 10, Stop)).Records), ct: Stop);
        await log.StopAsync(Stop);
    }

    private static AuditRecord Record(string detail) =>
        new(Guid.CreateVersion7(), DateTimeOffset.UtcNow, Guid.CreateVersion7(), AuthType.ApiKey, null, "127.0.0.1", "POST", "/api/v1/admin/cache/flush", detail, 200);

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body, Stop);
        return await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop);
    }

    private static async Task<IReadOnlyList<JsonElement>> ReadAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"{Audit}?limit=500", Stop)).GetProperty("records").EnumerateArray()];
}
