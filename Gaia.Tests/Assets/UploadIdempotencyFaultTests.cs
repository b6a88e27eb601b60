using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gaia.Tests.Assets;

/// <summary>Idempotency keys of uploads and generations hold without Redis. Its Redis is nobody else's.</summary>
public sealed class UploadIdempotencyFaultTests(AssetFixture stack) : IClassFixture<AssetFixture>
{
    private const string Assets = "/api/v1/assets";

    // A service waits for Redis ten times as long unless it has a deadline of its own.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_repeated_request_is_answered_alike_after_Redis_lost_everything()
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);
        var upload = await UploadAsync(ada, content, "one");
        var generation = await GenerateAsync(ada, "two");

        await stack.Redis.CommandAsync("FLUSHALL", Ct);

        Assert.Equal(upload.ToString(), (await UploadAsync(ada, content, "one")).ToString());
        Assert.Equal(generation.ToString(), (await GenerateAsync(ada, "two")).ToString());
        await ModelFixture.FinishedAsync(ada, $"{Assets}/generations/{generation.GetProperty("asset_id").GetGuid()}");
        Assert.Equal(1, await stack.CountAsync($"SELECT count(*) FROM generations WHERE owner_id = '{ada.Id}'"));
    }

    [Fact]
    public async Task While_Redis_is_frozen_a_repeated_request_is_answered_alike_and_nobody_waits_for_it()
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);
        JsonElement generation;
        await stack.Redis.FreezeAsync(Ct);
        try
        {
            var upload = await UploadAsync(ada, content, "one").WaitAsync(Deadline, Ct);
            generation = await GenerateAsync(ada, "two").WaitAsync(Deadline, Ct);

            Assert.Equal(upload.ToString(), (await UploadAsync(ada, content, "one").WaitAsync(Deadline, Ct)).ToString());
            Assert.Equal(generation.ToString(), (await GenerateAsync(ada, "two").WaitAsync(Deadline, Ct)).ToString());
        }
        finally
        {
            await stack.Redis.ThawAsync(Ct);
        }

        // It is made in the background: the next test looks at what is stored.
        await ModelFixture.FinishedAsync(ada, $"{Assets}/generations/{generation.GetProperty("asset_id").GetGuid()}");
    }

    [Fact]
    public async Task An_upload_whose_replica_was_killed_can_be_repeated_at_another()
    {
        using var ada = stack.User();
        var content = RandomNumberGenerator.GetBytes(5000);
        var before = stack.Files();
        await using (var doomed = await stack.StartReplicaAsync())
        {
            using var sender = new AssetUser(doomed.Address, ada.Id, [Scopes.AssetsWrite]);
            var body = new BrokenStream(100_000);
            using var slow = new HttpRequestMessage(HttpMethod.Post, Assets) { Content = new StreamContent(body), Headers = { { "Idempotency-Key", "killed" } } };
            var first = sender.SendAsync(slow, Ct);
            await Eventually.IsTrueAsync(() => stack.FilesSince(before) is not [], ct: Ct);
            await doomed.KillAsync(Ct);
            body.Break();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => first);
        }

        await Eventually.IsTrueAsync(
            async () =>
            {
                using var answer = await SendAsync(ada, content, "killed");
                return answer.StatusCode switch { HttpStatusCode.Created => true, HttpStatusCode.Conflict => false, var other => throw new InvalidOperationException($"{other}") };
            },
            TimeSpan.FromSeconds(90),
            Ct);
        Assert.Equal(1, (await ada.JsonAsync(Assets)).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Expired_records_are_deleted()
    {
        await stack.ExecuteAsync(
            "INSERT INTO idempotency_records (name, claim, claimed_until, expires_at) VALUES ('idempotency:old', gen_random_uuid(), now() - interval '2 days', now() - interval '1 day')");

        await using var replica = await stack.StartReplicaAsync();

        await Eventually.IsTrueAsync(async () => await stack.CountAsync("SELECT count(*) FROM idempotency_records WHERE name = 'idempotency:old'") == 0, ct: Ct);
    }

    private static async Task<JsonElement> UploadAsync(AssetUser user, byte[] content, string key)
    {
        using var answer = await SendAsync(user, content, key);
        return await AssetUser.ReadAsync(answer, HttpStatusCode.Created);
    }

    private static async Task<HttpResponseMessage> SendAsync(AssetUser user, byte[] content, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Assets) { Content = new ByteArrayContent(content), Headers = { { "Idempotency-Key", key } } };
        return await user.SendAsync(request, Ct);
    }

    private static async Task<JsonElement> GenerateAsync(AssetUser user, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Assets}/generate")
        {
            Content = JsonContent.Create(new { description = "hills", size = "64x64" }),
            Headers = { { "Idempotency-Key", key } },
        };
        using var answer = await user.SendAsync(request, Ct);
        return await AssetUser.ReadAsync(answer, HttpStatusCode.Accepted);
    }
}
