using System.Net;
using System.Net.Http.Json;

namespace Gaia.Tests.Assets;

/// <summary>What pictures of a model cost is counted by Chat, within the budgets that it keeps for answers.</summary>
[Collection(nameof(AssetFixture))]
public sealed class PictureCostTests(AssetFixture stack)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_stand_in_the_usage_and_take_from_the_budget_of_the_day_until_it_refuses()
    {
        await using var fixture = await ModelFixture.StartAsync(stack, ("BUDGET_USD", "0.10"));
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        foreach (var words in (string[])["one", "two"])
        {
            var (_, location) = await ModelFixture.RequestAsync(ada, new { description = words });
            Assert.Equal("complete", (await ModelFixture.FinishedAsync(ada, location)).GetProperty("status").GetString());
        }

        using var third = await ada.PostAsJsonAsync("/api/v1/assets/generate", new { description = "three" }, Ct);
        var problem = await Problem.ExpectAsync(third, HttpStatusCode.TooManyRequests, "Today's budget has 0.020000000 US dollars left, and this call may cost 0.04");
        Assert.Equal("insufficient_quota", problem.GetProperty("code").GetString());
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

        var usage = await fixture.UsageOfAsync(ada);
        var line = Assert.Single(usage.GetProperty("usage").EnumerateArray());
        Assert.Equal((ModelFixture.ModelName, 2, 0.08m), (line.GetProperty("model").GetString(), line.GetProperty("requests").GetInt32(), line.GetProperty("cost").GetDecimal()));
        Assert.Equal(0.02m, usage.GetProperty("budget").GetProperty("dollars_left").GetDecimal());
        Assert.Equal(2, fixture.Model.Requests.Count);
    }

    [Fact]
    public async Task Pictures_asked_for_at_once_do_not_overspend_together()
    {
        await using var fixture = await ModelFixture.StartAsync(stack, ("BUDGET_TOKENS", "10000"));
        await using var one = await fixture.StartWorkerAsync();
        await using var two = await fixture.StartWorkerAsync();
        var id = Guid.CreateVersion7();
        using var ada = new AssetUser(one.Address, id, [Scopes.AssetsWrite]);
        using var same = new AssetUser(two.Address, id, [Scopes.AssetsWrite]);

        // Refused at once, or later, by whoever is to make it: two have room.
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => (n % 2 == 0 ? ada : same).PostAsJsonAsync("/api/v1/assets/generate", new { description = $"{n}" }, Ct)));
        var states = new List<string?>();
        foreach (var accepted in answers.Where(answer => answer.StatusCode is HttpStatusCode.Accepted))
        {
            var end = await ModelFixture.FinishedAsync(ada, accepted.Headers.Location!.ToString());
            states.Add(end.GetProperty("status").GetString());
            Assert.True(end.GetProperty("status").GetString() == "complete" || end.GetProperty("reason").GetString()!.StartsWith("Today's budget has 1680 tokens left", StringComparison.Ordinal), $"{end}");
        }

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests));
        Assert.Equal(2, states.Count(state => state == "complete"));
        Assert.Equal(2, fixture.Model.Requests.Count);
    }

    [Fact]
    public async Task What_the_model_refuses_costs_nothing()
    {
        await using var fixture = await ModelFixture.StartAsync(stack, ("BUDGET_USD", "0.05"));
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);

        fixture.Model.Next(400);
        var (_, refused) = await ModelFixture.RequestAsync(ada, new { description = "no" });
        Assert.Equal("failed", (await ModelFixture.FinishedAsync(ada, refused)).GetProperty("status").GetString());
        fixture.Model.Next(500);
        var (_, stumbling) = await ModelFixture.RequestAsync(ada, new { description = "yes" });
        Assert.Equal("complete", (await ModelFixture.FinishedAsync(ada, stumbling)).GetProperty("status").GetString());

        Assert.Equal(0.04m, (await fixture.UsageOfAsync(ada)).GetProperty("total").GetProperty("cost").GetDecimal());
        Assert.Equal(3, fixture.Model.Requests.Count);
    }

    [Fact]
    public async Task While_nobody_counts_no_model_is_asked_and_the_work_waits()
    {
        await using var fixture = await ModelFixture.StartWithoutChatAsync(stack);
        await using var worker = await fixture.StartWorkerAsync();
        using var ada = stack.User(worker);
        var (_, location) = await ModelFixture.RequestAsync(ada, new { description = "patience" });
        await Eventually.IsTrueAsync(async () => (await ada.JsonAsync(location)).GetProperty("status").GetString() == "running", TimeSpan.FromSeconds(60), Ct);

        Assert.Empty(fixture.Model.Requests);
        await fixture.StartChatAsync();

        Assert.Equal("complete", (await ModelFixture.FinishedAsync(ada, location)).GetProperty("status").GetString());
        Assert.Equal(0.04m, (await fixture.UsageOfAsync(ada)).GetProperty("total").GetProperty("cost").GetDecimal());
    }
}
