using Aspire.Hosting.ApplicationModel;

namespace Gaia.Hosting;

/// <summary>A server declared as a container and run as a program. To the rest of the graph it is the declared resource: it has the same name and shares its annotations.</summary>
internal sealed class ProgramResource(ContainerResource declared, string command, string folder)
    : ExecutableResource(declared.Name, command, folder), IResourceWithConnectionString
{
    public override ResourceAnnotationCollection Annotations => declared.Annotations;

    public ReferenceExpression ConnectionStringExpression => ((IResourceWithConnectionString)declared).ConnectionStringExpression;
}
