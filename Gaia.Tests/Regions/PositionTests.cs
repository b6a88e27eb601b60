using System.Buffers.Text;
using System.Net;
using System.Text;
using Gaia.Tests.Admission;
using static Gaia.Tests.Regions.RegionPersonas;

namespace Gaia.Tests.Regions;

/// <summary>Who brings a position is answered by nothing older, whatever its gateway has heard of.</summary>
[Collection(nameof(TwoRegions))]
public sealed class PositionTests(TwoRegions regions)
{
    private GatewayApi Home => new(regions.Home);

    private GatewayApi Away => new(regions.Away);

    [Fact]
    public async Task A_position_from_home_is_read_from_in_the_other_region_before_the_change_arrives_there()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        var persona = await CreateAsync(Home, admin, "before");
        Assert.Equal("before", await DescriptionAsync(Away, persona));
        regions.CutLog();
        try
        {
            using var change = await Home.SendAsync(HttpMethod.Put, $"{RegionPersonas.Path}/{persona}", new { description = "after" }, admin);
            var position = Assert.Single(change.Headers.GetValues(Position));

            Assert.Equal("after", await DescriptionAsync(Away, persona, position));
            Assert.Equal("after", await DescriptionAsync(Away, persona));
        }
        finally
        {
            regions.Heal();
        }
    }

    [Fact]
    public async Task A_position_covers_what_its_caller_wrote_before_and_the_position_they_brought()
    {
        var admin = (await Home.SignInAsAdministratorAsync()).AccessToken;
        string[] personas = [await CreateAsync(Home, admin, "before"), await CreateAsync(Home, admin, "before"), await CreateAsync(Home, admin, "before")];

        await ChangeAsync(Home, admin, personas[0], "after");
        using var second = await Home.SendAsync(HttpMethod.Put, $"{RegionPersonas.Path}/{personas[1]}", new { description = "after" }, admin);
        var brought = Assert.Single(second.Headers.GetValues(Position));
        using var third = await Away.SendAsync(HttpMethod.Put, $"{RegionPersonas.Path}/{personas[2]}", new { description = "after" }, admin, headers: (Position, brought));

        var content = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Assert.Single(third.Headers.GetValues(Position))));
        Assert.All(personas, persona => Assert.Contains($"persona:{persona}", content, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("no base64!")]
    [InlineData("W3sia2V5IjoicGVyc29uYTpvbmUiLCJ2Ijo5MjIzMzcyMDM2ODU0Nzc1ODA3fV1bey")]
    public async Task A_position_that_no_gateway_gave_out_is_refused(string position)
    {
        using var answer = await Away.SendAsync(HttpMethod.Get, RegionPersonas.Path, headers: (Position, position));

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest, "The X-Gaia-Position header is none that Gaia gave out. Repeat the request without it.");
    }
}
