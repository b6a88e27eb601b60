using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>What models are asked.</summary>
/// <param name="Candidates">At least one, best first.</param>
internal sealed record ModelCall(Guid UserId, IReadOnlyList<Model> Candidates, IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    /// <summary>The same for a repetition of the call by the same user.</summary>
    public int Fingerprint(Model model)
    {
        var hash = new HashCode();
        hash.Add(UserId);
        hash.Add(model.Id);
        foreach (var message in Messages)
        {
            hash.Add(message.Role);
            hash.Add(message.Text);
        }

        return hash.ToHashCode();
    }
}
