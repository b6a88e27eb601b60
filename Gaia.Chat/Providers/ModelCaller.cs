using Microsoft.Extensions.AI;
using Polly.CircuitBreaker;

namespace Gaia.Chat.Providers;

/// <summary>Gets an answer from the first model that gives one.</summary>
internal sealed partial class ModelCaller(ILogger<ModelCaller> log)
{
    /// <exception cref="ProviderException">None of the candidates answered; the first one's reason.</exception>
    public Task<(Model Model, ChatResponse Response)> CompleteAsync(ModelCall call, CancellationToken ct) =>
        AskAsync(call, async (model, token) => (model, await model.Client.GetResponseAsync(call.Messages, call.Options, token)), ct);

    /// <summary>The same for an answer that is got in another way.</summary>
    /// <exception cref="ProviderException">None of the candidates answered; the first one's reason.</exception>
    public Task<T> AskAsync<T>(ModelCall call, Func<Model, CancellationToken, Task<T>> ask, CancellationToken ct) =>
        ExecuteAsync(call, model => WithTimeoutAsync(model, ask, ct), ct);

    /// <summary>The same for an answer that is read while it is written; it returns with the first token.</summary>
    public Task<ModelStream> StreamAsync(ModelCall call, CancellationToken ct) => ExecuteAsync(call, model => ModelStream.OpenAsync(model, call.Messages, call.Options, ct), ct);

    /// <summary>The same for updates that are got in another way.</summary>
    /// <exception cref="ProviderException">No candidate began; the first one's reason.</exception>
    public Task<ModelStream> StreamAsync(ModelCall call, Func<Model, CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> source, CancellationToken ct) =>
        ExecuteAsync(call, model => ModelStream.OpenAsync(model, token => source(model, token), ct), ct);

    private async Task<T> ExecuteAsync<T>(ModelCall call, Func<Model, Task<T>> attempt, CancellationToken ct)
    {
        ProviderException? failure = null;
        foreach (var model in call.Candidates)
        {
            try
            {
                return await model.Provider.Resilience.ExecuteAsync(() => attempt(model), () => call.Fingerprint(model), ct);
            }
            catch (BrokenCircuitException e)
            {
                failure ??= ProviderErrorReader.Unavailable(model.Provider.Name, e);
            }
            catch (ProviderException e) when (e.AllowsFallback)
            {
                LogFailed(e.Provider, model.Id, e.Kind);
                failure ??= e;
            }
        }

        throw failure ?? throw new ArgumentException("At least one candidate is required.", nameof(call));
    }

    private static async Task<T> WithTimeoutAsync<T>(Model model, Func<Model, CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(model.Provider.Options.AnswerTimeout);
        try
        {
            return await ask(model, timeout.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            throw ProviderErrorReader.Read(e, model.Provider);
        }
    }

    // One line per request; what lasts is logged by the circuit breaker. The cause is left out: providers quote keys in it.
    [LoggerMessage(Level = LogLevel.Debug, Message = "Provider {Provider} did not answer for {Model}: {Kind}")]
    private partial void LogFailed(string provider, string model, ProviderErrorKind kind);
}
