using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Gaia.Chat.Providers;

/// <summary>The models that can be asked, in the order in which they are fallen back to. Without any provider it is the echo model.</summary>
internal sealed class ModelCatalog : IDisposable
{
    private readonly Lock learning = new();
    private readonly ModelOptions options;
    private readonly ImmutableArray<Provider> providers;
    private readonly Model echo;
    private ImmutableDictionary<Provider, ImmutableArray<string>> names;

    // Boxed, so that readers see one whole list without a lock.
    private volatile IReadOnlyList<Model> models;

    public ModelCatalog(IOptions<ModelOptions> options, TimeProvider clock, ILogger<Provider> log)
    {
        this.options = options.Value;
        providers = [.. this.options.Providers.Select(provider => ProviderConnection.Open(provider, clock, log))];
        echo = EchoModel.Describe(clock, log);
        names = providers.ToImmutableDictionary(p => p, p => p.Options.Models.ToImmutableArray());
        models = Compose();
    }

    public IReadOnlyList<Model> All => models;

    /// <summary>Those that have to be asked which models they have.</summary>
    public IEnumerable<Provider> Unlisted => providers.Where(p => p.Options.Models.Count == 0);

    /// <summary>
    /// Who can answer for a name, best first: every provider that has a model of that name, or without a name each provider's default model.
    /// Empty when nobody can.
    /// </summary>
    public IReadOnlyList<Model> For(string? name) =>
        string.IsNullOrEmpty(name) ? [.. models.DistinctBy(m => m.Provider)] : [.. models.Where(m => m.Id == name)];

    /// <summary>The chat model that asks the least for a long prompt with a short answer; those without a price come last. Null while there is only the echo model.</summary>
    public Model? Cheapest() => models.Where(m => m != echo && m.Price is not { Chat: false }).MinBy(m => m.Price?.Of(inputTokens: 10, outputTokens: 1) ?? decimal.MaxValue);

    /// <summary>Takes over which models a provider says it has.</summary>
    /// <returns>Whether that is news.</returns>
    public bool Learn(Provider provider, ImmutableArray<string> found)
    {
        lock (learning)
        {
            if (names[provider].SequenceEqual(found))
            {
                return false;
            }

            names = names.SetItem(provider, found);
            models = Compose();
            return true;
        }
    }

    public void Dispose()
    {
        foreach (var provider in providers)
        {
            provider.Dispose();
        }

        echo.Provider.Dispose();
    }

    private List<Model> Compose()
    {
        List<Model> all = [.. providers.SelectMany(p => names[p].Select(id => new Model(id, p, options.Prices.GetValueOrDefault(id) ?? p.Options.Price)))];
        return all.Count == 0 && providers.All(p => p.Options.IsOptional) ? [echo] : all;
    }
}
