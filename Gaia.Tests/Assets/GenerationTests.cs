using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NATS.Client.Core;
using SkiaSharp;

namespace Gaia.Tests.Assets;

[Collection(nameof(AssetFixture))]
public sealed class GenerationTests(AssetFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_description_becomes_a_picture_of_the_size_asked_for_that_says_how_it_was_made()
    {
        using var ada = stack.User();

        var (id, location) = await ModelFixture.RequestAsync(ada, new { description = "A red sunset over the sea", category = "image", size = "320x200" });
        var done = await ModelFixture.FinishedAsync(ada, location);

        Assert.Equal("complete", done.GetProperty("status").GetString());
        var asset = done.GetProperty("asset");
        Assert.Equal(id, asset.Id());
        Assert.Equal("A red sunset over the sea.png", asset.GetProperty("name").GetString());

        var png = await ada.GetByteArrayAsync(asset.Url(), Ct);
        using var picture = SKBitmap.Decode(png);
        Assert.Equal((320, 200), (picture.Width, picture.Height));
        Assert.True(picture.Pixels.Distinct().Count() > 50);
        Assert.Contains("no model was asked", Encoding.UTF8.GetString(png), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_words_give_the_same_picture_and_other_words_another()
    {
        using var ada = stack.User();

        var pictures = new List<string?>();
        foreach (var words in new[] { "a forest at night", "a forest at night", "a golden desert" })
        {
            var (_, location) = await ModelFixture.RequestAsync(ada, new { prompt = words, size = "64x64" });
            pictures.Add((await ModelFixture.FinishedAsync(ada, location)).GetProperty("asset").GetProperty("sha256").GetString());
        }

        Assert.Equal(pictures[0], pictures[1]);
        Assert.NotEqual(pictures[0], pictures[2]);
    }

    [Fact]
    public async Task Its_events_are_told_on_NATS()
    {
        await using var nats = new NatsConnection(new NatsOpts { Url = stack.Nats.Url });
        await nats.ConnectAsync();
        var heard = new ConcurrentQueue<(string Subject, JsonElement Event)>();
        await using var subscription = await nats.SubscribeCoreAsync<byte[]>("gaia.asset.generation.*", cancellationToken: Ct);
        await nats.PingAsync(Ct);
        var listening = Task.Run(async () =>
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(Ct))
            {
                heard.Enqueue((message.Subject, JsonElement.Parse(message.Data)));
            }
        }, Ct);

        using var ada = stack.User();
        var (id, _) = await ModelFixture.RequestAsync(ada, new { description = "hills", size = "64x64" });

        await Eventually.IsTrueAsync(() => Mine().Any(e => e.Subject == "gaia.asset.generation.complete"), ct: Ct);
        Assert.Equal("gaia.asset.generation.start", Mine().First().Subject);
        Assert.All(Mine(), e => Assert.Equal((1, ada.Id), (e.Event.GetProperty("version").GetInt32(), e.Event.GetProperty("user_id").GetGuid())));
        await subscription.UnsubscribeAsync();
        await listening;

        IEnumerable<(string Subject, JsonElement Event)> Mine() => heard.Where(e => e.Event.GetProperty("asset_id").GetGuid() == id);
    }

    [Fact]
    public async Task A_killed_worker_s_work_is_done_by_another_and_gives_one_result()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        fixture.Model.Next(NeverAsync);
        await using var doomed = await fixture.StartWorkerAsync();
        using var ada = stack.User(doomed);
        var (id, location) = await ModelFixture.RequestAsync(ada, new { description = "a lighthouse", style = "woodcut" });
        await Eventually.IsTrueAsync(() => fixture.Model.Requests.Count == 1, ct: Ct);

        await doomed.KillAsync(Ct);
        await using var other = await fixture.StartWorkerAsync();
        using var again = new AssetUser(other.Address, ada.Id, [Scopes.AssetsWrite]);
        var done = await ModelFixture.FinishedAsync(again, location);

        Assert.Equal("complete", done.GetProperty("status").GetString());
        Assert.Equal(id, Assert.Single((await again.JsonAsync("/api/v1/assets")).GetProperty("assets").EnumerateArray()).Id());
        Assert.Equal(2, fixture.Model.Requests.Count);
        Assert.Equal(2, (await fixture.UsageOfAsync(ada)).GetProperty("total").GetProperty("requests").GetInt32());
        Assert.Contains("woodcut", fixture.Model.Requests.First().GetProperty("prompt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_was_thought_dead_and_comes_back_adds_no_second_result()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        var answerNow = new TaskCompletionSource();
        fixture.Model.Next(async () =>
        {
            await answerNow.Task.WaitAsync(Ct);
            return ImageModel.Picture();
        });
        await using var slow = await fixture.StartWorkerAsync();
        using var ada = stack.User(slow);
        var before = stack.Files();
        var (_, location) = await ModelFixture.RequestAsync(ada, new { description = "a lighthouse" });
        await Eventually.IsTrueAsync(() => fixture.Model.Requests.Count == 1, ct: Ct);

        await slow.FreezeAsync(Ct);
        await using var quick = await fixture.StartWorkerAsync();
        using var again = new AssetUser(quick.Address, ada.Id, [Scopes.AssetsWrite]);
        var first = (await ModelFixture.FinishedAsync(again, location)).GetProperty("asset").ToString();
        answerNow.SetResult();
        await slow.ThawAsync(Ct);

        // When the slow one can take the next piece of work, it is through with this one.
        await quick.KillAsync(Ct);
        var (_, next) = await ModelFixture.RequestAsync(ada, new { description = "another" });
        await ModelFixture.FinishedAsync(ada, next);
        Assert.Equal(first, (await ada.JsonAsync(location)).GetProperty("asset").ToString());
        Assert.Equal(2, (await ada.JsonAsync("/api/v1/assets")).GetProperty("total").GetInt32());
        await Eventually.IsTrueAsync(() => stack.FilesSince(before).Count == 2, ct: Ct);
    }

    [Fact]
    public async Task A_model_that_stumbles_is_asked_again_and_one_that_refuses_is_not()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        fixture.Model.Next(500);
        fixture.Model.Next(429);
        var (_, stumbling) = await ModelFixture.RequestAsync(ada, new { description = "one" });
        Assert.Equal("complete", (await ModelFixture.FinishedAsync(ada, stumbling)).GetProperty("status").GetString());
        Assert.Equal(3, fixture.Model.Requests.Count);

        fixture.Model.Next(400);
        var (_, refused) = await ModelFixture.RequestAsync(ada, new { description = "two" });
        var failed = await ModelFixture.FinishedAsync(ada, refused);
        Assert.Equal("failed", failed.GetProperty("status").GetString());
        Assert.Equal("The model refuses this description or size", failed.GetProperty("reason").GetString());
        Assert.Equal(4, fixture.Model.Requests.Count);
    }

    [Fact]
    public async Task What_is_asked_while_NATS_is_away_is_done_when_it_is_back()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        await fixture.Nats.KillAsync(Ct);
        var (_, location) = await ModelFixture.RequestAsync(ada, new { description = "patience" });
        Assert.Equal("queued", (await ada.JsonAsync(location)).GetProperty("status").GetString());
        await fixture.Nats.RestartAsync(Ct);

        Assert.Equal("complete", (await ModelFixture.FinishedAsync(ada, location)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_request_that_makes_no_sense_is_refused_and_that_of_another_is_unknown()
    {
        using var ada = stack.User();
        using var bob = stack.User();
        using var reader = stack.User(scopes: Scopes.Chat);

        foreach (var nonsense in new object[] { new { }, new { description = " " }, new { description = "x", size = "9999x10" }, new { description = "x", size = "big" }, new { description = "x", category = "video" } })
        {
            await Problem.ExpectAsync(await ada.PostAsJsonAsync("/api/v1/assets/generate", nonsense, Ct), HttpStatusCode.UnprocessableEntity);
        }

        await Problem.ExpectAsync(await reader.PostAsJsonAsync("/api/v1/assets/generate", new { description = "x" }, Ct), HttpStatusCode.Forbidden);
        var (_, location) = await ModelFixture.RequestAsync(ada, new { description = "mine", size = "64x64" });
        await Problem.ExpectAsync(await bob.GetAsync(location, Ct), HttpStatusCode.NotFound, "Generation not found");

        // The next test looks at what is stored.
        await ModelFixture.FinishedAsync(ada, location);
    }

    /// <summary>An answer that the worker does not live to see.</summary>
    private static Task<IResult> NeverAsync() => new TaskCompletionSource<IResult>().Task.WaitAsync(Ct);
}
