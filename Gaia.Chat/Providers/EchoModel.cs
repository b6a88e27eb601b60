using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>
/// The built-in offline model, which answers when no provider is configured: it says so, and quotes the last messages. Its answers are deterministic.
/// </summary>
internal sealed class EchoModel : IChatClient
{
    public const string Id = "rehearsal";

    /// <summary>The property of a system message that names the persona.</summary>
    public const string PersonaProperty = "persona";

    private const int QuoteLimit = 200;

    public static Model Describe(TimeProvider clock, ILogger<Provider> log)
    {
        var options = new ProviderOptions { Name = "gaia", Url = new("https://localhost"), Models = [Id], ContextTokens = 8_000 };
        return new Model(Id, new Provider(options, _ => new EchoModel(), clock, log), new ModelPrice(0, 0));
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (answer, usage) = Answer([.. messages]);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, answer)) { ModelId = Id, FinishReason = ChatFinishReason.Stop, Usage = usage });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (answer, usage) = Answer([.. messages]);
        foreach (var word in Words(answer))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new(ChatRole.Assistant, word) { ModelId = Id };

            // The others of this process get their turn between two words, as with a model far away.
            await Task.Yield();
        }

        yield return new(ChatRole.Assistant, [new UsageContent(usage)]) { ModelId = Id, FinishReason = ChatFinishReason.Stop };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static (string Text, UsageDetails Usage) Answer(List<ChatMessage> messages)
    {
        var persona = messages.Select(m => m.AdditionalProperties?.GetValueOrDefault(PersonaProperty) as string).FirstOrDefault(name => name is not null);
        var said = messages.Where(m => m.Role == ChatRole.User).Select(m => m.Text.Trim()).ToList();

        var text = new StringBuilder()
            .Append(persona is null ? "This is" : $"I am {persona}, played by")
            .Append(" Gaia's built-in offline model. No language model is configured, so I understand nothing and only repeat what I was told.");
        text.Append(said is [.., var last] ? $" You said: \"{Quote(last)}\"." : " You said nothing yet.");
        if (said.Count > 1)
        {
            text.Append($" That was message {said.Count} of yours that I have before me; the one before it was: \"{Quote(said[^2])}\".");
        }

        var answer = text.ToString();
        var (input, output) = (messages.Sum(TokenEstimate.Of), TokenEstimate.Of(answer));
        return (answer, new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output });
    }

    private static string Quote(string text) => text.Length <= QuoteLimit ? text : $"{text[..QuoteLimit]}…";

    private static IEnumerable<string> Words(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var blank = text.IndexOf(' ', start);
            var end = blank < 0 ? text.Length : blank + 1;
            yield return text[start..end];
            start = end;
        }
    }
}
