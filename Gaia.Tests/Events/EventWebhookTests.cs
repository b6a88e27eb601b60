using System.Net;
using System.Text.Json;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Events;

[Collection(JournalGraphDefinition.Name)]
public sealed class EventWebhookTests(JournalGraph graph)
{
    private const string Personas = "/api/v1/chat/personas";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_are_sent_signed_in_order_and_again_until_they_are_accepted()
    {
        var api = new GatewayApi(graph.Gateway);
        var user = await api.SignUpAsync();
        foreach (var status in (int[])[500, 429])
        {
            graph.Webhooks.Statuses.Enqueue(status);
        }

        var personas = await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, Personas, token: user.AccessToken);
        var persona = personas.GetProperty("personas")[0].GetProperty("id").GetGuid();
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Personas}/set", new { persona_id = persona }, user.AccessToken);
        await api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Delete, $"{Personas}/current", token: user.AccessToken);

        await Eventually.PassesAsync(
            () =>
            {
                Assert.Equal([persona, null], Own(graph.Webhooks.Accepted.Select(one => one.Body), user).Select(data => PersonaOf(data)));
                return Task.CompletedTask;
            },
            ct: Ct);
        Assert.Equal(2, graph.Webhooks.Received.Count(one => one.Status is 500 or 429));
        Assert.All(graph.Webhooks.Received, one => Assert.Equal($"event_{JsonElement.Parse(one.Body).GetProperty("id").GetGuid():N}", one.Id));
    }

    private static IEnumerable<JsonElement> Own(IEnumerable<string> bodies, SignedIn user) =>
        bodies.Select(body => JsonElement.Parse(body).GetProperty("data")).Where(data => data.GetProperty("user_id").GetGuid() == user.Id);

    private static Guid? PersonaOf(JsonElement data) => data.GetProperty("persona_id").Deserialize<Guid?>();
}
