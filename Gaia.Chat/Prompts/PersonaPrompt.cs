using Gaia.Chat.Providers;
using Gaia.Personas;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Prompts;

internal static class PersonaPrompt
{
    /// <summary>What a model is told first when it speaks as a persona.</summary>
    public static ChatMessage Of(PersonaView persona) => new(ChatRole.System, persona.SystemPrompt)
    {
        AdditionalProperties = new() { [EchoModel.PersonaProperty] = persona.Name },
    };
}
