using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Baton.Processor.Tests.House;

/// <summary>One use of a method by a method, as the compiler wrote it.</summary>
/// <param name="Caller">Full name of the outermost type of the calling method: lambdas and state machines count as the type that holds
/// them.</param>
/// <param name="CallerMethod">The calling method's name.</param>
/// <param name="Target">Full name of the type whose method is called.</param>
/// <param name="Method">The called method's name; a property's is <c>get_Name</c>.</param>
internal sealed record Call(string Caller, string CallerMethod, string Target, string Method);

/// <summary>Reads the calls out of an assembly's IL, without loading it.</summary>
internal sealed class IlScan : IDisposable
{
    // Operand sizes of all instructions, by their value; two-byte instructions begin with 0xfe.
    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => (int)(ushort)code.Value);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public IlScan(string assembly)
    {
        _file = new PEReader(File.OpenRead(assembly));
        _metadata = _file.GetMetadataReader();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Every call of every method.</summary>
    public IEnumerable<Call> Calls()
    {
        foreach (var handle in _metadata.MethodDefinitions)
        {
            var method = _metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            var caller = OutermostName(method.GetDeclaringType());
            var name = _metadata.GetString(method.Name);
            foreach (var token in MethodTokens(_file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!))
            {
                var (target, called) = Resolve(token);
                yield return new Call(caller, name, target, called);
            }
        }
    }

    private static IEnumerable<EntityHandle> MethodTokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var value = il[at++] is var first and not 0xfe ? first : 0xfe00 | il[at++];
            var code = OpCodesByValue[value];
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineTok)
                yield return MetadataTokens.EntityHandle(BitConverter.ToInt32(il, at));
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private (string Type, string Method) Resolve(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodDefinition:
                var definition = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                return (NameOf(definition.GetDeclaringType()), _metadata.GetString(definition.Name));
            case HandleKind.MemberReference:
                var reference = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                return (NameOf(reference.Parent), _metadata.GetString(reference.Name));
            case HandleKind.MethodSpecification:
                return Resolve(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method);
            default:
                return ("", "");
        }
    }

    private string NameOf(EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                var definition = _metadata.GetTypeDefinition((TypeDefinitionHandle)handle);
                return $"{_metadata.GetString(definition.Namespace)}.{_metadata.GetString(definition.Name)}";
            case HandleKind.TypeReference:
                var reference = _metadata.GetTypeReference((TypeReferenceHandle)handle);
                return $"{_metadata.GetString(reference.Namespace)}.{_metadata.GetString(reference.Name)}";
            default:
                return "";
        }
    }

    private string OutermostName(TypeDefinitionHandle handle)
    {
        while (_metadata.GetTypeDefinition(handle).GetDeclaringType() is { IsNil: false } outer)
            handle = outer;
        return NameOf(handle);
    }
}
