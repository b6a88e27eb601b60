using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;

namespace Gaia.Chat.Providers;

/// <summary>Gets an answer from the first model that gives one.</summary>
internal sealed partial class ModelCaller(ILogger<ModelCaller> log)
{
    /// <param name="candidates">At least one, best first.</param>
    /// <exception cref="ProviderException">None of them answered; the first one's reason.</exception>
    public Task<(Model Model, ChatResponse Response)> Complete(
        IReadOnlyList<Model> candidates, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken ct) =>
        FirstOf(candidates, async model => (model, await Ask(model, messages, options, ct)), ct);

    /// <summary>The same for an answer that is read while it is written; it returns with the first token.</summary>
    public Task<ModelStream> Stream(IReadOnlyList<Model> candidates, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken ct) =>
        FirstOf(candidates, model => ModelStream.Open(model, messages, options, ct), ct);

    private async Task<T> FirstOf<T>(IReadOnlyList<Model> candidates, Func<Model, Task<T>> attempt, CancellationToken ct)
    {
        ProviderException? failure = null;
        foreach (var model in candidates)
        {
            try
            {
                return await model.Provider.UntilFirstToken.ExecuteAsync(async _ => await attempt(model), ct);
            }
            catch (BrokenCircuitException e)
            {
                failure ??= ProviderErrorReader.Unavailable(model.Provider, e);
            }
            catch (ProviderException e) when (e.IsWorthAskingAnother)
            {
                LogFailed(e.Provider, model.Id, e.Kind);
                failure ??= e;
            }
        }

        throw failure ?? throw new ArgumentException("A model is wanted", nameof(candidates));
    }

    private static async Task<ChatResponse> Ask(Model model, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(model.Provider.Options.AnswerTimeout);
        try
        {
            return await model.Client.GetResponseAsync(messages, options, patience.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw ProviderErrorReader.Read(e, model.Provider);
        }
    }

    // One line per request; what lasts is logged by the breaker. The cause is left out: providers quote keys in it.
    [LoggerMessage(Level = LogLevel.Debug, Message = "Provider {Provider} did not answer for {Model}: {Kind}")]
    private partial void LogFailed(string provider, string model, ProviderErrorKind kind);
}
