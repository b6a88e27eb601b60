using System.Net;
using System.Text.Json;

namespace Gaia.Tests.Assets;

/// <summary>What administrators see of everybody's assets and generations.</summary>
[Collection(nameof(AssetFixture))]
public sealed class AllAssetsTests(AssetFixture stack)
{
    private const string Assets = "/api/v1/admin/assets";
    private const string Generations = "/api/v1/admin/generations";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Assets_of_all_owners_are_listed_page_by_page_with_their_variants_and_what_they_take()
    {
        using var admin = stack.User(scopes: Scopes.Admin);
        using var ada = stack.User();
        using var bob = stack.User();
        var picture = await ada.UploadAsync(Png.Noise(40, 30), "image/png", "ada.png");
        var texts = new[] { await bob.UploadAsync("one"u8.ToArray(), "text/plain", "one.txt"), await bob.UploadAsync("another"u8.ToArray(), "text/plain", "two.txt") };
        await ada.GetByteArrayAsync($"{picture.Url()}?w=20", Ct);

        List<JsonElement> found = [];
        string? cursor = null;
        do
        {
            var page = await admin.JsonAsync($"{Assets}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page.GetProperty("assets").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null && found.Count < 3);

        Assert.Equal([texts[1].Id(), texts[0].Id(), picture.Id()], found.Take(3).Select(one => one.Id()));
        Assert.Equal([bob.Id, bob.Id, ada.Id], found.Take(3).Select(one => one.GetProperty("owner").GetGuid()));
        Assert.Equal(1, found[2].GetProperty("variants").GetInt32());
        Assert.Equal("another".Length, found[0].GetProperty("size").GetInt64());

        // The sweeper may be at what other tests left behind.
        await Eventually.PassesAsync(async () =>
        {
            var ofBob = await admin.JsonAsync($"{Assets}?owner={bob.Id}");
            Assert.Equal(2, ofBob.GetProperty("total").GetInt32());
            var storage = ofBob.GetProperty("storage");
            Assert.Equal(AssetFixture.Quota, storage.GetProperty("quota_bytes").GetInt64());
            Assert.Equal(await stack.CountAsync("SELECT coalesce(sum(size), 0) FROM blobs"), storage.GetProperty("bytes").GetInt64());
            Assert.InRange(storage.GetProperty("owners").GetArrayLength(), 1, 10);
        }, ct: Ct);
    }

    [Fact]
    public async Task Generations_of_all_users_are_listed_with_why_they_failed_and_how_many_there_are()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var worker = await fixture.StartWorkerAsync();
        fixture.Model.Next(400);
        using var ada = stack.User(worker);
        using var admin = stack.User(worker, Scopes.Admin);
        var (refused, first) = await ModelFixture.RequestAsync(ada, new { description = "what the model refuses" });
        await ModelFixture.FinishedAsync(ada, first);
        var (made, second) = await ModelFixture.RequestAsync(ada, new { description = "a lighthouse" });
        await ModelFixture.FinishedAsync(ada, second);

        var all = await admin.JsonAsync(Generations);
        var failed = await admin.JsonAsync($"{Generations}?status=failed");

        Assert.Equal([made, refused], Ids(all));
        Assert.Equal([refused], Ids(failed));
        var one = failed.GetProperty("generations")[0];
        Assert.Equal((ada.Id, "what the model refuses", "failed"), (one.GetProperty("owner").GetGuid(), one.GetProperty("description").GetString(), one.GetProperty("status").GetString()));
        Assert.NotEmpty(one.GetProperty("reason").GetString()!);
        Assert.Equal(
            ["queued 0", "running 0", "complete 1", "failed 1"],
            failed.GetProperty("counts").EnumerateArray().Select(count => $"{count.GetProperty("status")} {count.GetProperty("count")}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await admin.StatusAsync(HttpMethod.Get, $"{Generations}?status=lost"));

        static IEnumerable<Guid> Ids(JsonElement list) => list.GetProperty("generations").EnumerateArray().Select(one => one.Id());
    }

    [Fact]
    public async Task Whoever_is_no_administrator_sees_neither()
    {
        using var ada = stack.User();

        foreach (var path in new[] { Assets, Generations })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await ada.StatusAsync(HttpMethod.Get, path));
        }
    }
}
