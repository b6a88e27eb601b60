using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>A language model that can be asked now.</summary>
internal sealed record Model(string Id, Provider Provider, ModelPrice? Price)
{
    public IChatClient Client => Provider.Client(Id);

    /// <summary>How many tokens of prompt and answer it takes together.</summary>
    public int ContextTokens => Provider.Options.ContextTokens;
}
