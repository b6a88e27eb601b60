using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>A part of a call that a model is still writing. The whole call follows as <see cref="FunctionCallContent"/>.</summary>
/// <param name="callId">Of the call that it belongs to.</param>
/// <param name="name">Of the function, in the first part; null in the others.</param>
/// <param name="arguments">What was added to the arguments.</param>
internal sealed class ToolCallUpdate(string callId, string? name, string arguments) : AIContent
{
    public string CallId => callId;

    public string? Name => name;

    public string Arguments => arguments;
}
