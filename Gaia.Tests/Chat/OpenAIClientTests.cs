using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace Gaia.Tests.Chat;

/// <summary>OpenAI's own .NET library, as users have it, with nothing changed but the address.</summary>
[Collection(ChatNodesDefinition.Name)]
public sealed class OpenAIClientTests(ChatNodes nodes) : IDisposable
{
    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather", "Tells the weather", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}"""));

    private readonly ChatUser user = nodes.NewUser();

    public void Dispose() => user.Dispose();

    [Fact]
    public async Task It_chats()
    {
        var script = nodes.Models.Play(new() { Words = ["Good", " day"] });

        ChatCompletion answer = await Client().CompleteChatAsync([new UserChatMessage(script.Key)], cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("Good day", answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal(13, answer.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task It_streams()
    {
        var script = nodes.Models.Play(new() { Words = ["One", " two", " three"] });
        List<StreamingChatCompletionUpdate> updates = [];

        await foreach (var update in Client().CompleteChatStreamingAsync([new UserChatMessage(script.Key)], cancellationToken: TestContext.Current.CancellationToken))
        {
            updates.Add(update);
        }

        Assert.Equal("One two three", string.Concat(updates.SelectMany(u => u.ContentUpdate).Select(part => part.Text)));
        Assert.Contains(updates, u => u.FinishReason == ChatFinishReason.Stop);
        Assert.Equal(14, updates.Last(u => u.Usage is not null).Usage.TotalTokenCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_tools_are_called_and_their_results_are_sent_back(bool stream)
    {
        var script = nodes.Models.Play(new() { ToolCall = ("get_weather", """{"city":"Paris"}""") });
        List<ChatMessage> conversation = [new UserChatMessage($"What is the weather in Paris? {script.Key}")];
        var options = new ChatCompletionOptions { Tools = { Weather }, ToolChoice = ChatToolChoice.CreateAutoChoice() };

        var call = stream ? await StreamedCallAsync(conversation, options) : await WholeCallAsync(conversation, options);
        conversation.Add(new AssistantChatMessage([ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments))]));
        conversation.Add(new ToolChatMessage(call.Id, "Sunny"));
        await Client().CompleteChatAsync(conversation, options, TestContext.Current.CancellationToken);

        Assert.Equal("get_weather", call.Name);
        Assert.Equal("Paris", JsonElement.Parse(call.Arguments).GetProperty("city").GetString());
        var requests = script.Requests.ToArray();
        Assert.Equal("get_weather", requests[0].GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
        var sent = requests[1].GetProperty("messages");
        Assert.Equal(call.Id, sent[1].GetProperty("tool_calls")[0].GetProperty("id").GetString());
        Assert.Equal("tool", sent[2].GetProperty("role").GetString());
        Assert.Equal("Sunny", sent[2].GetProperty("content").ToString());
    }

    [Fact]
    public async Task It_understands_errors()
    {
        var failure = await Assert.ThrowsAsync<ClientResultException>(
            () => Client("nobody").CompleteChatAsync([new UserChatMessage("Hello")], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(404, failure.Status);
        Assert.Contains("model_not_found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_lists_models()
    {
        var models = await Root().GetOpenAIModelClient().GetModelsAsync(TestContext.Current.CancellationToken);

        Assert.Contains(models.Value, m => m.Id == ChatNodes.Model);
        Assert.Contains(models.Value, m => m.Id.StartsWith("persona:", StringComparison.Ordinal));
    }

    private ChatClient Client(string model = ChatNodes.Model) => Root().GetChatClient(model);

    private OpenAIClient Root() => new(new ApiKeyCredential("gaia"), new OpenAIClientOptions
    {
        Endpoint = new Uri(nodes.First.Address, "/v1"),
        Transport = new HttpClientPipelineTransport(user.At()),
    });

    private async Task<(string Id, string Name, string Arguments)> WholeCallAsync(List<ChatMessage> messages, ChatCompletionOptions options)
    {
        ChatCompletion answer = await Client().CompleteChatAsync(messages, options, TestContext.Current.CancellationToken);
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        var call = Assert.Single(answer.ToolCalls);
        return (call.Id, call.FunctionName, call.FunctionArguments.ToString());
    }

    private async Task<(string Id, string Name, string Arguments)> StreamedCallAsync(List<ChatMessage> messages, ChatCompletionOptions options)
    {
        var (id, name, arguments) = ("", "", "");
        await foreach (var update in Client().CompleteChatStreamingAsync(messages, options, TestContext.Current.CancellationToken))
        {
            foreach (var call in update.ToolCallUpdates)
            {
                (id, name) = (call.ToolCallId ?? id, call.FunctionName ?? name);
                arguments += call.FunctionArgumentsUpdate?.ToString();
            }
        }

        return (id, name, arguments);
    }
}
