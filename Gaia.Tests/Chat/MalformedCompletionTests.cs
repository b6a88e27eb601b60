using System.Net;
using System.Text;
using System.Text.Json;

namespace Gaia.Tests.Chat;

/// <summary>Requests for chat completions that cannot be read, and what their senders are told.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class MalformedCompletionTests(ChatNodes nodes)
{
    private const string Path = "/v1/chat/completions";

    [Theory]
    [InlineData("""{"model":"fake-large","messages":[]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"king","content":"Hi"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":7}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"Hi"}],"temperature":9}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"fake-large","messages":[null]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":[{"type":7}]}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":5}}]}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"assistant","content":"Hi","tool_calls":[null]}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"assistant","content":"Hi","tool_calls":[{"id":"1"}]}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"Hi"}],"tools":[null]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"function"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"a\u0000b"}]}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"half \ud800 of a pair"}]}""", HttpStatusCode.BadRequest)]
    public async Task A_malformed_request_is_told_what_is_wrong_with_it(string body, HttpStatusCode expected)
    {
        using var user = nodes.NewUser();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await user.At().PostAsync(Path, content, TestContext.Current.CancellationToken);

        var problem = await Problem.ExpectAsync(answer, expected);
        Assert.Equal("invalid_request_error", problem.GetProperty("error").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("""{"model":"fake-large","messages":"Hi"}""", "messages")]
    [InlineData("""{"model":"fake-large","messages":[{"role":7,"content":"Hi"}]}""", "messages[0].role")]
    [InlineData("""{"model":"fake-large","messages":[{"role":"user","content":"Hi"}],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"model":"fake-large","messages":[]}""", "messages")]
    public async Task A_malformed_request_is_told_which_parameter_is_wrong(string body, string parameter)
    {
        using var user = nodes.NewUser();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await user.At().PostAsync(Path, content, TestContext.Current.CancellationToken);

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("error");
        Assert.Equal(parameter, error.GetProperty("param").GetString());
        Assert.Contains(parameter, error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
