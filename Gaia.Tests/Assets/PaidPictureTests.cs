using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gaia.Tests.Assets;

/// <summary>A picture that a model has answered with is paid for: whatever fails afterwards, no model is asked for it again.</summary>
[Collection(nameof(AssetFixture))]
public sealed class PaidPictureTests(AssetFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_that_the_bucket_does_not_take_waits_for_it_and_is_asked_and_charged_for_once()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var worker = await fixture.StartWorkerAsync([.. s3.Settings, ("Generation__MaxAttempts", "1")]);
        using var ada = stack.User(worker);
        AnswerAfter(fixture, () => s3.KillAsync(Ct));
        var (id, location) = await ModelFixture.RequestAsync(ada, new { description = "a lighthouse" });
        await TriedThriceAsync(worker, $"Generation {id} is tried again");

        await s3.RestartAsync(Ct);

        await AssertPaidOnceAsync(fixture, ada, location);
        Assert.Single(s3.Keys());
    }

    [Fact]
    public async Task A_worker_that_is_killed_while_the_bucket_is_away_leaves_the_picture_to_the_next_one()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var s3 = await S3Server.StartAsync(Ct);
        await using var doomed = await fixture.StartWorkerAsync(s3.Settings);
        using var ada = stack.User(doomed);
        AnswerAfter(fixture, () => s3.KillAsync(Ct));
        var (_, location) = await ModelFixture.RequestAsync(ada, new { description = "a lighthouse" });
        await Eventually.IsTrueAsync(() => doomed.Log.Contains("cannot be reached", StringComparison.Ordinal), TimeSpan.FromSeconds(60), Ct);

        await doomed.KillAsync(Ct);
        await s3.RestartAsync(Ct);
        await using var other = await fixture.StartWorkerAsync(s3.Settings);
        using var again = new AssetUser(other.Address, ada.Id, [Scopes.AssetsWrite]);

        await AssertPaidOnceAsync(fixture, again, location);
    }

    [Fact]
    public async Task A_picture_that_comes_while_the_database_is_away_is_held_until_it_is_back()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var postgres = await PostgresServer.StartAsync(Ct);
        await using var worker = await fixture.StartWorkerAsync(("DATABASE_URL", $"postgresql://postgres@127.0.0.1:{postgres.Port}/assetdb"));
        using var ada = stack.User(worker);
        AnswerAfter(fixture, () => postgres.TerminateAsync(Ct));
        var (id, location) = await ModelFixture.RequestAsync(ada, new { description = "a lighthouse" });
        await Eventually.IsTrueAsync(() => worker.Log.Contains($"The picture of generation {id} is held", StringComparison.Ordinal), TimeSpan.FromSeconds(60), Ct);

        await postgres.RestartAsync(Ct);
        await Eventually.IsTrueAsync(async () => await ada.StatusAsync(HttpMethod.Get, location) == HttpStatusCode.OK, TimeSpan.FromSeconds(60), Ct);

        await AssertPaidOnceAsync(fixture, ada, location);
    }

    [Fact]
    public async Task A_picture_larger_than_a_file_may_be_and_an_answer_that_is_none_end_as_they_should()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        fixture.Model.Next(() => Task.FromResult(Results.Json(new { data = new[] { new { b64_json = new string('A', AssetFixture.MaxBytes * 2) } } })));
        var (_, large) = await ModelFixture.RequestAsync(ada, new { description = "large" });
        var failed = await ModelFixture.FinishedAsync(ada, large);
        Assert.Equal($"The picture has more than the {AssetFixture.MaxBytes} bytes that a file may have", failed.GetProperty("reason").GetString());
        Assert.Single(fixture.Model.Requests);

        fixture.Model.Next(() => Task.FromResult(Results.Text("<html>busy</html>")));
        var (_, garbled) = await ModelFixture.RequestAsync(ada, new { description = "garbled" });
        Assert.Equal("complete", (await ModelFixture.FinishedAsync(ada, garbled)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task No_model_is_asked_for_a_picture_that_its_owner_has_no_room_for()
    {
        await using var fixture = await ModelFixture.StartAsync(stack);
        await using var worker = await fixture.StartWorkerAsync(("ASSET_QUOTA_BYTES", "3"));
        using var ada = stack.User(worker);
        await ada.UploadAsync([1, 2, 3]);

        var (_, location) = await ModelFixture.RequestAsync(ada, new { description = "no room" });

        Assert.Equal("The storage quota is used up", (await ModelFixture.FinishedAsync(ada, location)).GetProperty("reason").GetString());
        Assert.Empty(fixture.Model.Requests);
    }

    private static void AnswerAfter(ModelFixture fixture, Func<Task> trouble) => fixture.Model.Next(async () =>
    {
        await trouble();
        return ImageModel.Picture();
    });

    private static async Task TriedThriceAsync(GaiaService worker, string line) =>
        await Eventually.IsTrueAsync(() => worker.Log.Split(line).Length > 3, TimeSpan.FromSeconds(60), Ct);

    private static async Task AssertPaidOnceAsync(ModelFixture fixture, AssetUser user, string location)
    {
        var done = await ModelFixture.FinishedAsync(user, location);
        Assert.True(done.GetProperty("status").GetString() == "complete", $"{done}");
        Assert.NotEmpty(await user.GetByteArrayAsync(done.GetProperty("asset").Url(), Ct));
        Assert.Single(fixture.Model.Requests);
        var total = (await fixture.UsageOfAsync(user)).GetProperty("total");
        Assert.Equal((1, 0.04m), (total.GetProperty("requests").GetInt32(), total.GetProperty("cost").GetDecimal()));
    }
}
